"""The statements that let a database itself refuse to change or remove an entry."""

from typing import Final

__all__ = ["ADD", "DROP"]

ADD: Final[dict[str, list[str]]] = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS ledger_no_{what} BEFORE {what} ON ledger_entry
            BEGIN SELECT RAISE(ABORT, 'The ledger only grows.'); END"""
        for what in ("update", "delete")
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'The ledger only grows.'; END $$""",
        """CREATE OR REPLACE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE ON ledger_entry
           FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()""",
    ],
}
"""By database vendor; may be run again."""

DROP: Final[dict[str, list[str]]] = {
    "sqlite": ["DROP TRIGGER IF EXISTS ledger_no_update", "DROP TRIGGER IF EXISTS ledger_no_delete"],
    "postgresql": ["DROP TRIGGER IF EXISTS ledger_only_grows ON ledger_entry"],
}
"""By database vendor; for taking the migration back."""
