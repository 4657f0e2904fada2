"""How far people got: counts held to the planted records, breaks named without a cause, small differences kept."""

import datetime as dt
from pathlib import Path
from typing import Any

from tests.workspace.firm import a_file, a_profile, records, teams
from tests.workspace.simulated import a_trained_firm, moved

from upshot.report.findings import ChainLink
from upshot.sources import import_feed
from upshot.workspace.answering import answer_initiative
from upshot.workspace.chain import chain_of

CHALLENGE = [{"id": "try-it", "kind": "challenge"}]


def done(rows: list[dict[str, Any]], activity: str = "try-it") -> list[dict[str, Any]]:
    return [{**row, "activity": activity, "title": activity} for row in rows]


def begun() -> list[dict[str, Any]]:
    """Everybody of the four teams begins on the day they would complete."""
    return [{**row, "verb": "launched"} for row in records()]


def chain(root: Path, applied_by: tuple[str, ...] = (), **more: Any) -> dict[str, ChainLink]:
    workspace = a_trained_firm(root, **more)
    answer = answer_initiative(workspace, "coaching")
    return {link.stage: link for link in chain_of(workspace, answer, applied_by=applied_by)}


def test_every_stage_counts_the_people_on_record(tmp_path: Path) -> None:
    learning = [*records(), *done(records()[:20])]
    links = chain(tmp_path / "firm", learning=learning, path=CHALLENGE)
    assert [(links[s].value, links[s].of) for s in ("reach", "learned", "applied")] == [(32, 48), (32, 32), (20, 32)]
    assert links["kpi"].grade == "B"
    assert links["kpi"].interval is not None
    assert not any(link.broke for link in links.values())
    assert all(link.definition and link.source and link.as_of for link in links.values())


def test_it_breaks_where_fewer_than_half_got(tmp_path: Path) -> None:
    links = chain(tmp_path / "firm", learning=[*begun(), *records()[:14]])
    assert links["learned"].broke
    assert "Fewer than half" in links["learned"].note
    assert [stage for stage, link in links.items() if link.broke] == ["learned"]


def test_an_effect_that_cannot_be_told_from_zero_breaks_the_last_link(tmp_path: Path) -> None:
    links = chain(tmp_path / "firm", kpis=moved(0.0))
    assert links["kpi"].broke
    assert "cannot be told apart" in links["kpi"].note
    assert "cause" not in links["kpi"].note


def test_use_at_work_is_not_known_where_nothing_would_record_it(tmp_path: Path) -> None:
    links = chain(tmp_path / "firm")
    assert links["applied"].value is None
    assert "not known" in links["applied"].note


def test_sign_offs_kept_elsewhere_count_as_use_at_work(tmp_path: Path) -> None:
    signed = tuple(person for person, team in teams().items() if team in ("t0", "t1", "t2"))
    links = chain(tmp_path / "firm", applied_by=(*signed, "a stranger"))
    assert links["applied"].value == 24


def test_a_difference_of_a_few_people_is_not_shown(tmp_path: Path) -> None:
    links = chain(tmp_path / "firm", learning=[*begun(), *records()[:30]])
    assert (links["reach"].value, links["learned"].value) in ((None, 30), (32, None))
    hidden = next(link for link in links.values() if link.value is None and link.stage in ("reach", "learned"))
    assert "fewer than 5" in hidden.note
    assert links["learned"].share is None


def test_with_waves_only_those_whose_turn_has_come_are_counted(tmp_path: Path) -> None:
    waves = [
        {"id": "w1", "start": "2025-05-01", "where": "team in ('t0', 't1')"},
        {"id": "w2", "start": "2025-08-01", "where": "team in ('t2', 't3')"},
        {"id": "w3", "start": "2026-03-01", "where": "team in ('t4', 't5')"},
    ]
    links = chain(tmp_path / "firm", waves=waves, learning=records()[:16])
    assert (links["reach"].value, links["reach"].of) == (16, 32)


def test_an_answer_of_an_earlier_instant_counts_what_was_known_then(tmp_path: Path) -> None:
    workspace = a_trained_firm(tmp_path / "firm", learning=records()[:30])
    then = dt.datetime.now(dt.UTC)
    profile = a_profile(workspace.root, "learning", records()[0], "month")
    import_feed(workspace.lake(), "learning", a_file(workspace.root / "later.csv", records()[30:]), profile)
    before = chain_of(workspace, answer_initiative(workspace, "coaching", as_of=then))
    after = chain_of(workspace, answer_initiative(workspace, "coaching"))
    assert (before[0].value, after[0].value) == (30, 32)
