"""Mapping profiles made in the browser: from the form to YAML, kept in the workspace, found again by name."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from upshot.sources.profile import FIELDS, Feed, Kind, Profile
from upshot.sources.profile_yaml import parse_profile
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of

__all__ = ["keep", "kept", "text_of", "written"]


def written(
    *,
    name: str,
    feed: Feed,
    columns: Mapping[str, str],
    words: Mapping[str, str] | None = None,
    skipped: Sequence[str] = (),
    day_format: str = "auto",
    grain: str = "month",
    kpi: str = "",
    activity: str = "",
    score_percent: bool = False,
    duration_unit: str = "minutes",
    time_zone: str = "UTC",
    decimal: str = ".",
) -> str:
    """A profile as YAML from what was chosen in the form.

    Parameters
    ----------
    columns
        Header of every field that has one.
    words
        For learning: verb of every status word; those in ``skipped`` are left out on purpose.
    day_format
        ``auto``, or an explicit date format such as ``%d.%m.%Y``.
    kpi, activity
        The KPI or activity of every row, where the file names none.
    """
    fields: dict[str, dict[str, Any]] = {field: {"columns": [header]} for field, header in columns.items()}
    for field, body in fields.items():
        body.update(_reading(FIELDS[feed][field][0], words or {}, skipped, day_format, duration_unit))
    if "score" in fields and score_percent:
        fields["score"]["divide_by"] = 100
    constants = {"kpis": {"kpi": kpi}, "learning": {"activity": activity, "verb": "completed"}, "people": {}}[feed]
    for field, value in constants.items():
        if value and field not in fields:
            fields[field] = {"constant": value}
    document: dict[str, Any] = {"version": "upshot-profile/1", "name": name, "feed": feed}
    document["description"] = "Made in the browser."
    document |= {"kpis": {"grain": grain}, "learning": {"time_zone": time_zone}, "people": {}}[feed]
    if decimal != ".":
        document["file"] = {"decimal": decimal, "thousands": "."}
    document["fields"] = fields
    return _yaml(document)


def _reading(
    kind: Kind, words: Mapping[str, str], skipped: Sequence[str], day_format: str, duration_unit: str
) -> dict[str, Any]:
    """How the values of a field of this kind are read."""
    if kind in ("date", "instant") and day_format != "auto":
        return {"formats": [day_format]}
    if kind == "words":
        return {"words": _by_verb(words), **({"skip": list(skipped)} if skipped else {})}
    return {"unit": duration_unit} if kind == "duration" else {}


def _by_verb(words: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word, verb in words.items():
        found.setdefault(verb, []).append(word)
    return found


def _yaml(document: Mapping[str, Any]) -> str:
    out = StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump(dict(document), out)
    return out.getvalue()


def _folder(organisation: Organisation) -> Path:
    return workspace_of(organisation).root / "profiles"


def kept(organisation: Organisation, feed: Feed) -> tuple[Profile, ...]:
    """Profiles kept in the workspace for a feed, by name; the command line takes them by path."""
    found = []
    for path in sorted(_folder(organisation).glob("*.yaml")):
        profile = parse_profile(path.read_text("utf-8"), path.name)
        if profile.feed == feed:
            found.append(profile)
    return tuple(found)


def text_of(organisation: Organisation, name: str) -> str:
    """The YAML of a kept profile.

    Raises
    ------
    LookupError
        If there is none of this name.
    """
    for path in _folder(organisation).glob("*.yaml"):
        text = path.read_text("utf-8")
        if parse_profile(text, path.name).name == name:
            return text
    raise LookupError(f"There is no profile {name!r} in the workspace.")


def keep(organisation: Organisation, text: str) -> Path:
    """Keep a profile in the workspace under its name; one of the same name is replaced.

    Raises
    ------
    ProfileError
        If it has mistakes.
    """
    profile = parse_profile(text)
    folder = _folder(organisation)
    folder.mkdir(exist_ok=True)
    path = folder / (re.sub(r"[^a-z0-9]+", "-", profile.name.lower()).strip("-") + ".yaml")
    path.write_text(text, encoding="utf-8")
    return path
