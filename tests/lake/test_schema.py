"""Every stored column says what personal data it holds and how it is retired."""

from pathlib import Path

import pytest

from upshot.lake import TABLES, Column, Lake

EVERY = [(table.name, column) for table in TABLES.values() for column in table.columns]


@pytest.mark.parametrize(("table", "column"), EVERY, ids=[f"{table}.{column.name}" for table, column in EVERY])
def test_a_column_states_its_meaning_its_personal_data_and_its_retirement(table: str, column: Column) -> None:
    assert column.text.endswith(".")
    assert column.retired.endswith(".")
    assert column.personal == "none" or column.personal.endswith(".")


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_with_personal_data_names_the_columns_erasure_matches_on(table) -> None:
    personal = {column.name for column in table.columns if column.personal != "none"}
    assert bool(personal) == bool(table.person_columns)
    assert set(table.person_columns) <= personal


def test_the_reference_page_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "lake.md").read_text()
    for table in TABLES.values():
        section = page.partition(f"## `{table.name}`")[2].partition("\n## ")[0]
        missing = [column.name for column in table.columns if f"| `{column.name}` |" not in section]
        assert not missing, table.name


def test_the_delta_tables_hold_exactly_the_documented_columns(tmp_path: Path) -> None:
    lake = Lake.create(tmp_path / "lake")
    for table in TABLES.values():
        stored = lake.query(f"SELECT * FROM stored_{table.name}").schema
        assert stored.names == table.schema.names
