"""Mapping profiles as YAML: load by name or path, extend, and report every mistake with its line."""

import difflib
import hashlib
import json
import re
import zoneinfo
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from upshot.errors import Problem, ProfileError
from upshot.periods import GRAINS
from upshot.sources.dates import confusable, unknown_tokens
from upshot.sources.profile import FEEDS, FIELDS, VERBS, FieldMap, FileFormat, Kind, KpiMap, Profile

__all__ = ["load_profile", "parse_profile", "preset_names", "preset_text"]

VERSION = "upshot-profile/1"

_TOP = {
    "version", "name", "feed", "description", "extends", "file", "fields", "attributes", "accounts", "kpis",
    "grain", "time_zone", "blank_values", "first_valid_from",
}  # fmt: skip
_FILE = {"encoding", "delimiter", "skip_rows", "sheet", "null_words", "decimal", "thousands", "months"}
_ANY = {"columns", "or_columns", "constant", "blank"}
_BY_KIND: dict[Kind, set[str]] = {
    "text": {"extract", "lower", "account_system"},
    "date": {"formats"},
    "instant": {"formats"},
    "number": {"divide_by", "min", "max", "non_negative", "strip"},
    "boolean": {"words"},
    "words": {"words", "skip"},
    "duration": {"unit", "min", "max", "strip"},
}
_BOOLEAN_WORDS = {"true": ("true", "yes", "y", "1"), "false": ("false", "no", "n", "0")}
_KPI_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def preset_names() -> tuple[str, ...]:
    """Names of the profiles that come with Upshot."""
    folder = resources.files("upshot.sources") / "presets"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def load_profile(name_or_path: str | Path) -> Profile:
    """Load a profile that comes with Upshot by name, or one of your own by path.

    Raises
    ------
    ProfileError
        With every problem of the profile, each with its line.
    """
    text, place = _text_of(name_or_path)
    return parse_profile(text, place)


def parse_profile(text: str, place: str = "profile") -> Profile:
    """Parse a profile's YAML; ``place`` is how messages call it.

    Raises
    ------
    ProfileError
        With every problem of the profile, each with its line.

    Examples
    --------
    >>> profile = parse_profile("{version: upshot-profile/1, name: mine, extends: plain-kpis}")
    >>> profile.feed, profile.grain
    ('kpis', 'month')
    """
    return _Parser(place).parse(_merged(text, place, seen=()))


def preset_text(name: str) -> str:
    """The YAML of a profile that comes with Upshot.

    Raises
    ------
    LookupError
        If there is none of this name.
    """
    if name not in preset_names():
        raise LookupError(f"There is no preset {name!r}.")
    return (resources.files("upshot.sources") / "presets" / f"{name}.yaml").read_text("utf-8")


def _text_of(name_or_path: str | Path) -> tuple[str, str]:
    name = str(name_or_path)
    if name in preset_names():
        return preset_text(name), f"{name}.yaml"
    path = Path(name_or_path)
    if not path.is_file():
        near = difflib.get_close_matches(name, preset_names(), n=3) or preset_names()
        fix = f"Name a file, or one that comes with Upshot: {', '.join(near)}."
        raise ProfileError(Problem(code="no-profile", text=f"There is no mapping profile {name!r}.", fix=fix))
    return path.read_text("utf-8"), path.name


def _merged(text: str, place: str, seen: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        document = YAML(typ="rt").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        problem = Problem(code="not-yaml", text="The profile is not YAML.", fix=str(error), file=place, line=line)
        raise ProfileError(problem) from error
    if not isinstance(document, Mapping):
        raise ProfileError(Problem(code="not-a-profile", text="A profile is a mapping of keys.", file=place))
    base = document.get("extends")
    if base is None:
        return document
    if base not in preset_names() or base in seen:
        fix = f"Extend one of {', '.join(preset_names())}."
        raise ProfileError(
            Problem(code="extends", text="A profile extends a preset.", fix=fix, file=place, value=str(base))
        )
    parent = _merged(_text_of(base)[0], f"{base}.yaml", (*seen, base))
    return _overlay(parent, document)


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keys above win; mappings are merged one level down, so that one field can be replaced."""
    merged = {key: value for key, value in below.items() if key != "extends"}
    for key, value in above.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return merged


class _Parser:
    """Collects every problem of one document."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._problems: list[Problem] = []

    def parse(self, document: Mapping[str, Any]) -> Profile:
        self._known(document, _TOP, "profile")
        if document.get("version") != VERSION:
            self._wrong(document, "version", f"version must be {VERSION}.", "Write it as the first line.")
        feed = document.get("feed")
        if feed not in FEEDS:
            self._wrong(document, "feed", f"feed must be one of {', '.join(FEEDS)}.", "Say which feed this file is.")
            raise ProfileError(self._problems)
        fields = self._fields(document, feed)
        kpis = tuple(self._kpi(document["kpis"], name) for name in document.get("kpis") or {})
        profile = Profile(
            name=str(document.get("name", self._place)),
            feed=feed,
            description=str(document.get("description", "")),
            file=self._file(document.get("file") or {}),
            fields=fields,
            kpis=kpis,
            grain=document.get("grain"),
            time_zone=document.get("time_zone"),
            blank_values=self._choice(document, "blank_values", ("reject", "leave-out")),
            first_valid_from=self._choice(document, "first_valid_from", ("as_of", "hired")),
            fingerprint=hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest(),
        )
        self._whole(document, profile)
        if self._problems:
            raise ProfileError(self._problems)
        return profile

    def _whole(self, document: Mapping[str, Any], profile: Profile) -> None:
        """What only the whole profile can tell."""
        required = [name for name, (_, needed) in FIELDS[profile.feed].items() if needed]
        for name in required:
            if name not in profile.fields:
                self._wrong(
                    document, "fields", f"The {profile.feed} feed needs the field {name}.", "Map it to a column."
                )
        if profile.feed == "kpis":
            self._whole_kpis(document, profile)
        if profile.time_zone is not None and profile.time_zone not in zoneinfo.available_timezones():
            self._wrong(document, "time_zone", "There is no such time zone.", "Use a name such as Europe/Zurich.")

    def _whole_kpis(self, document: Mapping[str, Any], profile: Profile) -> None:
        if profile.grain not in GRAINS:
            self._wrong(document, "grain", f"grain must be one of {', '.join(GRAINS)}.", "Say how long a period is.")
        long = {"value", "numerator", "denominator", "kpi"} & set(profile.fields)
        if bool(profile.kpis) == bool(long):
            fix = "Map fields kpi and value for a file with one reading a line, or kpis for one with a column for each."
            self._wrong(document, "kpis", "The profile must say where the readings are, in one way.", fix)
        elif not profile.kpis:
            self._reading_of(document, set(profile.fields), need_kpi=True)

    def _reading_of(self, document: Mapping[str, Any], parts: set[str], *, need_kpi: bool) -> None:
        ratio = {"numerator", "denominator"}
        if need_kpi and "kpi" not in parts:
            self._wrong(document, "fields", "The field kpi is missing.", "Map it to a column, or give a constant.")
        if not (("value" in parts) ^ ratio.issubset(parts)) or (parts & ratio and not ratio.issubset(parts)):
            self._wrong(
                document, "fields", "A reading is a value, or a numerator and a denominator.", "Map one of the two."
            )

    def _fields(self, document: Mapping[str, Any], feed: str) -> dict[str, FieldMap]:
        allowed = FIELDS[feed]  # type: ignore[index]
        mapped = document.get("fields") or {}
        self._known(mapped, set(allowed), f"{feed} fields")
        found = {name: self._field(mapped, name, *allowed[name]) for name in mapped if name in allowed}
        for group in ("attributes", "accounts"):
            for name in document.get(group) or {}:
                if feed != "people":
                    self._wrong(document, group, f"Only the people feed has {group}.", "Remove the key.")
                    break
                found[f"{group}.{name}"] = self._field(document[group], name, "text", False)
        return found

    def _kpi(self, mapped: Mapping[str, Any], name: str) -> KpiMap:
        if not _KPI_NAME.fullmatch(str(name)):
            self._wrong(mapped, name, "A KPI's name is letters, digits, dots, dashes and underscores.", "Rename it.")
        body = mapped[name]
        if isinstance(body, Mapping) and "numerator" not in body and "denominator" not in body:
            return KpiMap(kpi=str(name), parts={"value": self._field(mapped, name, "number", True)})
        self._known(body, {"numerator", "denominator"}, f"KPI {name}")
        self._reading_of(body, set(body), need_kpi=False)
        parts = {part: self._field(body, part, "number", True) for part in body if part in ("numerator", "denominator")}
        return KpiMap(kpi=str(name), parts=parts)

    def _field(self, mapped: Mapping[str, Any], name: str, kind: Kind, required: bool) -> FieldMap:
        body = mapped[name]
        if not isinstance(body, Mapping):
            self._wrong(
                mapped, name, f"The field {name} must say its columns.", f"Write {name}: {{columns: [HEADER]}}."
            )
            return FieldMap(kind=kind)
        self._known(body, _ANY | _BY_KIND[kind], f"field {name}")
        if ("columns" in body) == ("constant" in body):
            self._wrong(mapped, name, f"The field {name} needs columns, or a constant.", "Give one of the two.")
        minimum = 0.0 if body.get("non_negative") else body.get("min")
        return FieldMap(
            kind=kind,
            columns=_texts(body.get("columns")),
            or_columns=_texts(body.get("or_columns")),
            constant=None if body.get("constant") is None else str(body["constant"]),
            required=required,
            formats=self._formats(mapped, name, _texts(body.get("formats")) or ("auto",)),
            words=self._words(body, name, kind),
            skip=_lower(body.get("skip")),
            extract=self._pattern(body, name),
            lower=bool(body.get("lower", False)),
            account_system=body.get("account_system"),
            divide_by=float(body.get("divide_by", 1.0)),
            minimum=None if minimum is None else float(minimum),
            maximum=None if body.get("max") is None else float(body["max"]),
            unit=str(body.get("unit", "seconds")),
            strip=_texts(body.get("strip")),
            leave_out_blank=self._choice(body, "blank", ("reject", "leave-out")) == "leave-out",
        )

    def _formats(self, mapped: Mapping[str, Any], name: str, formats: tuple[str, ...]) -> tuple[str, ...]:
        for bad in sorted({token for one in formats for token in unknown_tokens(one)}):
            self._wrong(mapped, name, f"A date format has no {bad}.", "See the tokens in docs/reference/feeds.md.")
        for first, second in confusable(formats):
            text = f"The formats {first} and {second} read the same text as different dates."
            self._wrong(mapped, name, text, "Keep the one the file is written in.")
        return formats

    def _words(self, body: Mapping[str, Any], name: str, kind: Kind) -> Mapping[str, tuple[str, ...]]:
        given = body.get("words") or {}
        if kind == "boolean" and not given:
            return _BOOLEAN_WORDS
        if kind == "words":
            self._known(given, set(VERBS), f"words of {name}")
        words = {str(meaning).lower(): _lower(listed) for meaning, listed in given.items()}
        if kind == "words" and not words and body.get("constant") in VERBS:
            return {str(body["constant"]): (str(body["constant"]),)}
        flat = [word for listed in words.values() for word in listed] + list(_lower(body.get("skip")))
        for word in sorted({word for word in flat if flat.count(word) > 1}):
            self._wrong(body, "words", f"The word {word!r} has two meanings in {name}.", "Keep one.")
        return words

    def _pattern(self, body: Mapping[str, Any], name: str) -> str | None:
        pattern = body.get("extract")
        if pattern is None:
            return None
        try:
            good = "value" in re.compile(str(pattern)).groupindex
        except re.error:
            good = False
        if not good:
            fix = "Write a regular expression with one group named value, such as 'id (?P<value>[0-9]+)'."
            self._wrong(body, "extract", f"extract of {name} cannot be used.", fix)
            return None
        return str(pattern)

    def _file(self, body: Mapping[str, Any]) -> FileFormat:
        self._known(body, _FILE, "file")
        months = _texts(body.get("months"))
        if months and len(months) != 12:
            self._wrong(body, "months", "months must list twelve names.", "List them from January on.")
        return FileFormat(
            encoding=str(body.get("encoding", "utf-8")),
            delimiter=body.get("delimiter"),
            skip_rows=int(body.get("skip_rows", 0)),
            sheet=body.get("sheet"),
            null_words=_texts(body.get("null_words")),
            decimal=str(body.get("decimal", ".")),
            thousands=str(body.get("thousands", "")),
            months=months,
        )

    def _choice(self, body: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> Any:
        value = body.get(key, allowed[0])
        if value not in allowed:
            self._wrong(body, key, f"{key} must be one of {', '.join(allowed)}.", "Choose one.")
        return value

    def _known(self, body: Any, allowed: set[str], what: str) -> None:
        if not isinstance(body, Mapping):
            self._problems.append(
                Problem(code="not-a-mapping", text=f"The {what} must be a mapping.", file=self._place)
            )
            return
        for key in body:
            if key not in allowed:
                near = difflib.get_close_matches(str(key), allowed, n=1)
                fix = f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(sorted(allowed))}."
                self._wrong(body, str(key), f"The {what} has no key {key!r}.", fix)

    def _wrong(self, body: Mapping[str, Any], key: str, text: str, fix: str) -> None:
        places = getattr(getattr(body, "lc", None), "data", None) or {}
        line = places[key][0] + 1 if key in places else None
        self._problems.append(Problem(code="profile", text=text, fix=fix, file=self._place, line=line, column=key))


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (str(value),)
    return tuple(str(one) for one in value)


def _lower(value: object) -> tuple[str, ...]:
    return tuple(" ".join(one.split()).lower() for one in _texts(value))
