"""Results to docs/explanation/proof.md: the tables, and the words that need no figures."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .monte_carlo import Share
from .words import BLIND_WORDS, COVERAGE_WORDS, HEAD, HOW, LOT_WORDS, PICKED_WORDS, TRAP_WORDS, WEAK

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "proof.md"

NOMINAL = 0.05

Row = dict[str, Any]


def page(results: dict[str, Any]) -> str:
    """The whole page, in Markdown."""
    coverage, pretrends, audit, traps = (results[part] for part in ("coverage", "pretrends", "audit", "traps"))
    parts = [
        HEAD,
        "## Coverage, size and power",
        made(coverage["meta"]),
        COVERAGE_WORDS,
        coverage_table(coverage["found"]),
        notes(coverage["found"]),
        "### The pre-trend test",
        made(pretrends["meta"]),
        pretrend_table(pretrends["found"]),
        "## Placebo audit",
        made(audit["meta"]),
        LOT_WORDS,
        overall(audit["found"]["by_lot"]),
        by_design(audit["found"]["by_lot"]),
        "By panel, all lots together:",
        by_panel(audit["found"]["by_lot"]),
        "### Fakes that a manager picked",
        PICKED_WORDS,
        by_design(audit["found"]["picked"]),
        slips(audit["found"]["picked"]),
        "### Real groups, false dates",
        false_dates(audit["found"]["false_dates"]),
        "## Traps",
        made(traps["meta"]),
        TRAP_WORDS,
        trap_table([row for row in traps["found"] if row["sees"] != "blind"]),
        "### What Upshot cannot see from these data",
        BLIND_WORDS,
        trap_table([row for row in traps["found"] if row["sees"] == "blind"]),
        WEAK,
        HOW,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]], *, words: int = 0) -> str:
    """A Markdown table; the first column is text, the rest figures but for the last ``words``."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|---|" + "---:|" * (len(names) - 1 - words) + "---|" * words]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def made(meta: Row) -> str:
    """How, when and where a part was run."""
    return (
        f"*{meta['replications']:,} replications; seed {meta['seed']}; {meta['date']}; commit {meta['commit']}; "
        f"{meta['machine']}; {meta['versions']}; {meta['cpu_seconds']:,} s of processor time.*"
    )


def percent(found: Share) -> str:
    """A share with its Monte Carlo standard error, in per cent."""
    return f"{100 * found.value:.1f} ± {100 * found.error:.1f}"


def spanned(found: Share) -> str:
    """A share with its exact 95 % interval, in per cent."""
    low, high = found.span()
    return f"{100 * found.value:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def pooled(shares: Iterable[Share]) -> Share:
    """Counts added up."""
    found = list(shares)
    return Share(sum(one.hits for one in found), sum(one.runs for one in found))


def coverage_table(rows: list[Row]) -> str:
    """One line a design."""
    head = ("design", "truth", "bias", "mean s.e. / s.d.", "coverage, %", "size, %", "power, %")
    lines = []
    for number, row in _numbered(rows):
        mark = f" [{number}]" if number else ""
        figures = (f"{row['truth']:.3f}", f"{row['bias']:+.3f}".replace("-", "−"), f"{row['se_ratio']:.3f}")
        shares = (percent(row["coverage"]), percent(row["size"]), percent(row["power"]))
        lines.append((row["name"] + mark, *figures, *shares))
        if "bands" in row:
            lines.append(("— its sup-t band, all event times at once", "", "", "", percent(row["bands"]), "", ""))
    return table(head, lines)


def notes(rows: list[Row]) -> str:
    """Why coverage is off, where it is."""
    return "\n".join(f"- [{number}] {row['note']}" for number, row in _numbered(rows) if number)


def _numbered(rows: list[Row]) -> list[tuple[int, Row]]:
    noted = [row["name"] for row in rows if row["note"]]
    return [(noted.index(row["name"]) + 1 if row["note"] else 0, row) for row in rows]


def pretrend_table(rows: list[Row]) -> str:
    """Size, and power at the drift the check says it could see."""
    head = (
        "panel",
        "fires on parallel trends, % (nominal 5)",
        "drift a period it says it could see",
        "sees it, % (stated 80)",
    )
    return table(
        head, ((row["name"], percent(row["size"]), f"{row['drift']:.3f}", percent(row["power"])) for row in rows)
    )


def overall(rows: list[Row]) -> str:
    """All lots together, with a verdict that the figures decide."""
    said = {"random": "With the lot on record", "unknown": "With the lot unknown to the engine"}
    return "\n".join(
        f"- {words}: {_verdict([row for row in rows if row['said'] == key])}" for key, words in said.items()
    )


def _verdict(rows: list[Row]) -> str:
    claimed = pooled(row["claimed"] for row in rows)
    low, high = claimed.span()
    if low > NOMINAL:
        judged = "more than the nominal 5"
    elif high < NOMINAL:
        judged = "fewer than the nominal 5"
    else:
        judged = "which cannot be told from the nominal 5"
    trusted = sum(row["letters"][letter] for row in rows for letter in "AB")
    among = spanned(Share(claimed.hits, trusted))
    return (
        f"**{spanned(claimed)} in 100** of {claimed.runs:,} fakes are claimed at grade A or B, {judged}; "
        f"of the {trusted:,} that are graded A or B at all, {among}."
    )


def by_design(rows: list[Row]) -> str:
    """Pooled over panels, by who was picked how and what the plan says."""
    keys = dict.fromkeys((row["fake"], row["said"]) for row in rows)
    groups = ((key, [row for row in rows if (row["fake"], row["said"]) == key]) for key in keys)
    return _audit_table(("fake programme", "the plan says"), groups)


def by_panel(rows: list[Row]) -> str:
    """Pooled over designs."""
    keys = dict.fromkeys((row["panel"], row["said"]) for row in rows)
    groups = ((key, [row for row in rows if (row["panel"], row["said"]) == key]) for key in keys)
    return _audit_table(("panel", "the plan says"), groups)


def _audit_table(names: tuple[str, str], groups: Iterable[tuple[tuple[str, str], list[Row]]]) -> str:
    head = (
        *names,
        "fakes",
        "claimed at A or B, %",
        "of those graded A or B, %",
        "graded A · B · C · D, %",
        "0 outside, any grade, %",
    )
    return table(head, (_audit_line(key, rows) for key, rows in groups))


def _audit_line(key: tuple[str, str], rows: list[Row]) -> tuple[str, ...]:
    claimed, excluded = (pooled(row[name] for row in rows) for name in ("claimed", "excludes_zero"))
    letters = {letter: sum(row["letters"][letter] for row in rows) for letter in "ABCD"}
    trusted = letters["A"] + letters["B"]
    among = spanned(Share(claimed.hits, trusted)) if trusted else "none"
    grades = " · ".join(f"{100 * letters[letter] / claimed.runs:.0f}" for letter in "ABCD")
    return (*key, f"{claimed.runs:,}", spanned(claimed), among, grades, f"{100 * excluded.value:.1f}")


def slips(rows: list[Row]) -> str:
    """The panels and designs through which most fakes slip."""
    slipped = [row for row in rows if row["claimed"].hits]
    worst = sorted(slipped, key=lambda row: -row["claimed"].value)[:8]
    lines = ((f"{row['panel']}: {row['fake']}", row["said"], spanned(row["claimed"])) for row in worst)
    return "Where most slip through:\n\n" + table(("panel and fake", "the plan says", "claimed at A or B, %"), lines)


def false_dates(rows: list[Row]) -> str:
    """One sentence, and the answers that were wrong."""
    wrong = [row for row in rows if row["claimed"]]
    said = (
        "Officers really trained in 2012 are given a start in each month of 2011 from May to October, and states that "
        "raised the minimum wage in 2007 one in 2005 and 2006; only readings from before the true start are used, so "
        f"nothing can have happened yet. Of {len(rows)} such answers (which share data and so are not independent), "
        f"{len(wrong)} claim an effect at grade A or B, and {sum(row['excludes_zero'] for row in rows)} have an "
        "interval without zero at any grade."
    )
    lines = (f"- {row['panel']}, {row['date']}, said to be {row['said']}: grade {row['letter']}" for row in wrong)
    listed = "\n".join(lines)
    return f"{said}\n\n{listed}" if wrong else said


def trap_table(rows: list[Row]) -> str:
    """What a dashboard says, what Upshot says, and what is true."""
    head = (
        "trap",
        "true effect",
        "dashboard: after less before",
        "dashboard: trained less rest",
        "Upshot's number",
        "grades A · B · C · D, %",
        "told wrongly at A or B, %",
        "codes",
        "what it says (first firm)",
    )
    return table(head, (_trap_line(row) for row in rows), words=2)


def _trap_line(row: Row) -> tuple[str, ...]:
    runs = row["misled"].runs
    grades = " · ".join(f"{100 * row['letters'][letter] / runs:.0f}" for letter in "ABCD")
    figures = (_figure(row[name]) for name in ("truth", "before_after", "treated_vs_rest", "estimate"))
    codes = ", ".join(f"`{code}`" for code in row["codes"]) or "none"
    name = f"**{row['name']}.** {row['story']} Said to be {row['said']}."
    return (name, *figures, grades, percent(row["misled"]), codes, f"{row['letter']}: {row['claim']}")


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:+.2f}".replace("-", "−")
