"""Which keys of the plan stand in which form, in which order, and what they are called there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from upshot.plan import Plan
from upshot.plan.initiatives import Action, Expected, Initiative, Wave
from upshot.plan.kpis import Kpi
from upshot.plan.objectives import KeyResult, Objective
from upshot.plan.support import ELEMENTS, EVERYTHING, Cost, Review

__all__ = ["INITIATIVE", "KPI", "OBJECTIVE", "Key", "Rows", "Section", "choices_of", "section_at"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its path below the record, its name, and what it refers to (``kpis``, ``objectives``, ``owners``)."""

    path: tuple[str, ...]
    label: Any
    refers: str = ""
    long: bool = False

    @property
    def name(self) -> str:
        """Name of the form's field."""
        return "__".join(self.path)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of records below the record, each a row of the form."""

    key: str
    cls: type
    keys: tuple[Key, ...]
    heading: Any
    one: Any


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a form: its name in addresses, its question, its keys and its rows."""

    name: str
    title: Any
    question: Any
    cls: type
    keys: tuple[Key, ...] = ()
    rows: Rows | None = None


def _key(path: str, label: Any, refers: str = "", *, long: bool = False) -> Key:
    return Key(tuple(path.split(".")), label, refers, long)


OBJECTIVE = Section(
    "objective",
    _("Objective"),
    _("What should be different in the business?"),
    Objective,
    (
        _key("statement", _("What the business wants"), long=True),
        _key("reason", _("Why now"), long=True),
        _key("owner", _("Who answers for it"), "owners"),
        _key("sponsor", _("Who pays for it"), "owners"),
        _key("parent", _("The objective above it"), "objectives"),
    ),
    Rows(
        "key_results",
        KeyResult,
        (
            _key("kpi", _("KPI"), "kpis"),
            _key("baseline", _("Reads today")),
            _key("target", _("Must read")),
            _key("by", _("By")),
            _key("confidence", _("How sure, 0 to 1")),
        ),
        _("How one will see it"),
        _("key result"),
    ),
)

KPI = Section(
    "kpi",
    _("KPI"),
    _("What is read, and what is one unit worth?"),
    Kpi,
    (
        _key("label", _("Name on pages")),
        _key("definition", _("Definition"), long=True),
        _key("type", _("Kind of number")),
        _key("unit", _("Unit")),
        _key("direction", _("Better is")),
        _key("within", _("Good range, lowest and highest")),
        _key("grain.entity", _("One reading is about one")),
        _key("grain.time", _("One reading a")),
        _key("numerator", _("Column above the line (ratio)")),
        _key("denominator", _("Column below the line (ratio)")),
        _key("exposure", _("Column it is counted over (count)")),
        _key("levels", _("Answers from lowest to highest (ordinal)")),
        _key("event", _("Column that says whether the time ended (duration)")),
        _key("owner", _("Who answers for the definition"), "owners"),
        _key("in_use_since", _("Read by the business since")),
        _key("source.feed", _("Feed it comes from")),
        _key("freshness", _("How old the newest reading may be")),
        _key("min_cell", _("Smallest group it is shown for")),
        _key("guardrail_for", _("Must not get worse while these improve"), "kpis"),
        _key("moves_with", _("Other causes to watch"), long=True),
        _key("value_per_unit.amount", _("Money for one unit")),
        _key("value_per_unit.per", _("What one unit is")),
        _key("value_per_unit.agreed_by", _("Who agreed it"), "owners"),
        _key("value_per_unit.date", _("When it was agreed")),
        _key("value_per_unit.source", _("Where it is written down")),
    ),
)

INITIATIVE: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section(
            "goal",
            _("Goal"),
            _("What will people do differently, and what will that change?"),
            Initiative,
            (
                _key("title", _("Name")),
                _key("serves", _("Serves"), "objectives"),
                _key("owner", _("Who runs it"), "owners"),
                _key("sponsor", _("Who pays for it"), "owners"),
                _key("hypothesis.if", _("If we"), long=True),
                _key("hypothesis.then", _("then"), long=True),
                _key("hypothesis.because", _("because"), long=True),
            ),
            Rows(
                "actions",
                Action,
                (_key("text", _("Who does what")), _key("seen_by", _("Who or what would see it"))),
                _("What people will do at work"),
                _("action"),
            ),
        ),
        Section(
            "diagnosis",
            _("Diagnosis"),
            _("Why do people not do it today?"),
            Initiative,
            (
                _key("diagnosis.observed", _("What was seen at work"), long=True),
                _key("diagnosis.because", _("Because of")),
                _key("diagnosis.not_training", _("What else must change")),
                _key("diagnosis.verdict", _("Verdict")),
            ),
        ),
        Section(
            "effect",
            _("Effect"),
            _("Which KPI should change, and by how much is it worth it?"),
            Initiative,
            (),
            Rows(
                "expected",
                Expected,
                (
                    _key("kpi", _("KPI"), "kpis"),
                    _key("effect", _("Expected change")),
                    _key("by", _("By")),
                    _key("smallest_worth_having", _("Smallest worth having")),
                    _key("lag", _("Shows after")),
                    _key("ramp", _("Full after another")),
                ),
                _("What should change; the first is the one it is judged by"),
                _("KPI"),
            ),
        ),
        Section(
            "people",
            _("People"),
            _("Whom is it for?"),
            Initiative,
            (
                _key("audience.where", _("Who is in"), long=True),
                _key("audience.exclude", _("Who of them is left out"), long=True),
                _key("audience.expected_size", _("How many people that is")),
            ),
        ),
        Section(
            "waves",
            _("Waves"),
            _("Who starts when, and who are they compared with?"),
            Initiative,
            (
                _key("design.assign", _("How people come to it")),
                _key("design.seed", _("Seed of the lot")),
                _key("design.compare", _("Compared with")),
                _key("design.period", _("One period is a")),
                _key("design.first_treated.from", _("Counts as started from")),
                _key("design.first_treated.round", _("A date belongs to the period")),
                _key("design.anticipation", _("Periods before the start in which people may react")),
                _key("design.window.before", _("Periods before the start")),
                _key("design.window.after", _("Periods after the start")),
                _key("design.strata", _("People are compared within")),
                _key("design.dose.by", _("Also ask whether more of it does more, by")),
                _key("design.dose.steps", _("Steps that count for that")),
                _key("design.dose.competency", _("Or the competency that scenarios measured")),
            ),
            Rows(
                "waves",
                Wave,
                (
                    _key("id", _("Name")),
                    _key("start", _("Starts on")),
                    _key("share", _("Share, 0 to 1")),
                    _key("where", _("Or who is in it")),
                ),
                _("Waves"),
                _("wave"),
            ),
        ),
        Section(
            "costs",
            _("Costs"),
            _("What does it cost, people's time included?"),
            Initiative,
            (),
            Rows(
                "costs",
                Cost,
                (
                    _key("item", _("What is paid for")),
                    _key("kind", _("Kind")),
                    _key("amount", _("Money")),
                    _key("minutes_from", _("Minutes of")),
                    _key("minutes", _("Or minutes a person")),
                    _key("rate", _("Money for an hour")),
                ),
                _("Lines"),
                _("line"),
            ),
        ),
        Section(
            "managers",
            _("Managers"),
            _("What is asked of managers?"),
            Initiative,
            (
                _key("manager.before.ask", _("Before: what they agree with the person"), long=True),
                _key("manager.before.brief", _("Before: what they read")),
                _key("manager.before.minutes", _("Before: minutes for one person")),
                _key("manager.during.digest", _("Meanwhile: how often they hear")),
                _key("manager.during.prompts", _("Meanwhile: prompts")),
                _key("manager.during.recognise", _("Meanwhile: they are asked to recognise what was done")),
                _key("manager.during.minutes", _("Meanwhile: minutes for one person")),
                _key("manager.after.debrief_every", _("Afterwards: a debrief every")),
                _key("manager.after.minutes", _("Afterwards: minutes for one debrief")),
                _key("manager.after.until", _("Afterwards: for how long")),
            ),
        ),
        Section(
            "support",
            _("Support by lot"),
            _("Is support of another training tried here, wave by wave?"),
            Initiative,
            (
                _key("support.kind", _("What is handed out")),
                _key("support.of", _("Of which training, or what of motivation"), "supported"),
            ),
        ),
        Section(
            "reviews",
            _("Reviews"),
            _("When is it decided on, and when is it stopped?"),
            Initiative,
            (_key("stop_if", _("It is stopped when"), long=True),),
            Rows(
                "reviews",
                Review,
                (
                    _key("date", _("On")),
                    _key("by", _("Who decides"), "owners"),
                    _key("decide", _("What can be decided")),
                ),
                _("Days of decision"),
                _("review"),
            ),
        ),
    )
}


_PLACE = re.compile(r"(objectives|kpis|initiatives)\[([^\]]+)\]\.?(.*)")


def section_at(place: str) -> tuple[Section, str] | None:
    """The form that holds a place of the plan, and the id of its record.

    Examples
    --------
    >>> section, record = section_at("initiatives[calm].design.assign")
    >>> section.name, record
    ('waves', 'calm')
    >>> section_at("period") is None
    True
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        return None
    kind, record, rest = found.groups()
    if kind == "objectives":
        return OBJECTIVE, record
    if kind == "kpis":
        return KPI, record
    key = rest.partition("[")[0]
    holding = (section for section in INITIATIVE.values() if _holds(section, key))
    section = next(holding, None)
    return (section, record) if section else None


def _holds(section: Section, key: str) -> bool:
    names = [".".join(one.path) for one in section.keys] + ([section.rows.key] if section.rows else [])
    return any(key == name or name.startswith(f"{key}.") or key.startswith(f"{name}.") for name in names if key)


def choices_of(plan: Plan, refers: str) -> list[tuple[str, str]]:
    """What of a plan a key can refer to, by id and name."""
    if refers == "kpis":
        return [(kpi.id, kpi.label or kpi.id) for kpi in plan.kpis]
    if refers == "objectives":
        return [(item.id, item.statement) for item in plan.objectives]
    if refers == "initiatives":
        return [(item.id, item.title or item.id) for item in plan.initiatives if item.path]
    if refers == "supported":
        return [*choices_of(plan, "initiatives"), *_motivation()]
    if refers == "owners":
        return [(name, f"{name}: {owner.role}" if owner.role else name) for name, owner in plan.owners.items()]
    return []


def _motivation() -> list[tuple[str, str]]:
    """Everything of motivation, or one element of it; several are written in the document."""
    return [(name, _("motivation: %(what)s") % {"what": name}) for name in (EVERYTHING, *ELEMENTS)]
