"""A small firm in a workspace: a plan, a roster, learning records and readings, each as a test wants them."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from upshot.sources import import_feed
from upshot.workspace.folder import Workspace

PEOPLE = 48
MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


def teams() -> dict[str, str]:
    """Six teams of eight."""
    return {f"p{i:02d}": f"t{i % 6}" for i in range(PEOPLE)}


def a_firm(
    root: Path,
    *,
    people: Iterable[Mapping[str, Any]] | None = None,
    learning: Iterable[Mapping[str, Any]] | None = None,
    kpis: Iterable[Mapping[str, Any]] | None = None,
    kpi: Mapping[str, Any] | None = None,
    grain: str = "month",
    more: Iterable[Mapping[str, Any]] = (),
    **initiative: Any,
) -> Workspace:
    """A workspace whose plan holds one initiative, ``coaching``, on one KPI, ``calls``."""
    workspace = Workspace.create(root, organisation="Test firm")
    (root / "plan.yaml").write_text(json.dumps(a_plan(kpi or {}, initiative, more)), encoding="utf-8")
    rows = {
        "people": people if people is not None else a_roster(),
        "learning": learning if learning is not None else records(),
        "kpis": kpis if kpis is not None else readings(),
    }
    lake = workspace.lake()
    for feed, found in rows.items():
        listed = list(found)
        if listed:
            profile = a_profile(root, feed, listed[0], grain)
            report = import_feed(lake, feed, a_file(root / f"{feed}.csv", listed), profile)  # type: ignore[arg-type]
            assert report.rows_rejected == 0
    return workspace


def a_profile(root: Path, feed: str, row: Mapping[str, Any], grain: str) -> Path:
    """The plain preset, with the columns it does not know as attributes, or as a ratio's two parts."""
    profile: dict[str, Any] = {"version": "upshot-profile/1", "name": f"test-{feed}", "extends": f"plain-{feed}"}
    extra = [name for name in row if name in ("wave", "weight", "trained", "other_wave")]
    if feed == "people":
        profile["fields"] = {"valid_from": {"constant": "2019-01-01", "formats": ["%Y-%m-%d"]}}
        profile["attributes"] = {name: {"columns": [name]} for name in extra}
    if feed == "kpis":
        profile["grain"] = grain
    if "numerator" in row:
        del profile["extends"]
        profile["feed"] = "kpis"
        profile["fields"] = {name: {"columns": [name]} for name in ("kpi", "numerator", "denominator")}
        profile["fields"] |= {"entity": {"columns": ["person"]}}
        profile["fields"] |= {"period": {"columns": ["date"], "formats": ["%Y-%m-%d"]}}
    path = root / f"{feed}.profile.yaml"
    path.write_text(json.dumps(profile), encoding="utf-8")
    return path


def a_plan(kpi: Mapping[str, Any], initiative: Mapping[str, Any], more: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    base = {
        "serves": ["better"],
        "hypothesis": {"if": "people practise", "then": "calls fall"},
        "audience": {},
        "expected": [{"kpi": "calls", "smallest_worth_having": 0.5}],
        "records": {"activities": ["coaching"], "verbs": ["completed"]},
        "design": {"assign": "managed", "period": "month", "first_treated": {"round": "floor"}},
    }
    grain = {"entity": "person", "time": "month"}
    return {
        "version": "upshot-plan/1",
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
        "objectives": [{"id": "better", "statement": "Fewer calls come back"}],
        "kpis": [{"id": "calls", "type": "mean", "direction": "down", "grain": grain, **kpi}],
        "initiatives": [{"id": "coaching", **base, **initiative}, *({**base, **other} for other in more)],
    }


def a_file(path: Path, rows: list[Mapping[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def a_roster(**more: Any) -> list[dict[str, Any]]:
    """People; a callable in ``more`` is given the person's number."""
    return [
        {
            "person": person,
            "team": team,
            "role": "agent",
            "site": "north" if number % 2 else "south",
            "hired": "2020-01-01",
            **{key: value(number) if callable(value) else value for key, value in more.items()},
        }
        for number, (person, team) in enumerate(teams().items())
    ]


def records(activity: str = "coaching", days: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Teams t0 and t1 complete in May, t2 and t3 in August, the others never."""
    day = days or {"t0": "2025-05-10", "t1": "2025-05-20", "t2": "2025-08-10", "t3": "2025-08-20"}
    return [
        {"person": person, "activity": activity, "title": activity, "verb": "completed", "at": day[team]}
        for person, team in teams().items()
        if team in day
    ]


def level(number: int, month: int) -> float:
    """A reading without any effect: spread between people and months, the same for every test."""
    return 10 + number % 5 + (number * 7 + month * 5) % 13 / 4


def readings(**changes: Any) -> list[dict[str, Any]]:
    return [
        {"kpi": "calls", "person": person, "month": month, "value": level(number, at), **changes}
        for number, person in enumerate(teams())
        for at, month in enumerate(MONTHS)
    ]
