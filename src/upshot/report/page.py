"""The page as a record: every heading, figure, table and sentence in its order, ready to be laid out."""

from collections.abc import Sequence
from dataclasses import dataclass

from upshot.impact.estimate import Estimate
from upshot.report import sentences as say
from upshot.report.beside import Part, parts
from upshot.report.figures import (
    Figure,
    Table,
    audit_table,
    dashboard_figure,
    effect_figure,
    event_figure,
    second_figure,
    wave_figure,
)
from upshot.report.findings import Findings
from upshot.report.numbers import Display, count, display_for, long_date, percent, percent_range, period_label

__all__ = ["Check", "Fact", "Page", "Section", "page"]

_SHORT = {
    "chain": "The chain",
    "guardrails": "Guardrails",
    "value": "Value",
    "slices": "For whom",
    "persistence": "Lasting",
    "sensitivity": "Sensitivity",
    "dose": "Dose",
}
_SIGNS = {"passed": "✓", "failed": "✗", "informative": "i", "not_applicable": "–"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number with everything that keeps it from being bare."""

    name: str
    value: str
    note: str
    definition: tuple[str, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check in plain words."""

    sign: str
    status: str
    word: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the page and its short form in the list of contents."""

    name: str
    title: str
    short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything the template lays out; it decides nothing itself."""

    findings: Findings
    letter: str
    refused: bool
    headline: str
    grade_name: str
    grade_meaning: str
    grade_why: str
    registration: tuple[str, str]
    as_of: str
    facts: tuple[Fact, ...]
    effect: Figure | None
    event: Figure | None
    event_note: str
    dashboard: Figure | None
    dashboard_error: tuple[str, ...]
    checks: tuple[Check, ...]
    cautions: tuple[str, ...]
    second: Figure | None
    waves: Figure | None
    method: tuple[str, ...]
    audit: Table | None
    exact: Table | None
    provenance: tuple[tuple[str, str], ...]
    glossary: tuple[tuple[str, str], ...]
    next_design: str
    promise: str
    beside: tuple[Part, ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections there is something to say in, in reading order."""
        found = (
            (self.next_design, "next-step", "What would make it knowable", "Next step"),
            (self.effect, "effect-section", "How large is the effect?", "Effect"),
            (None if self.refused else self.event, "event-section", "How did it develop over time?", "Over time"),
            *((part, f"{part.name}-section", part.title, _SHORT[part.name]) for part in self.beside),
            (self.dashboard, "dashboard-section", "What would a dashboard say?", "A dashboard"),
            (self.checks or self.cautions, "checks-section", "Does the comparison hold?", "Checks"),
            (self.second, "second-section", "What does another method say?", "Second opinion"),
            (self.event if self.refused else None, "event-section", "What was computed", "What was computed"),
            (self.method, "method-section", "How was this done?", "Method"),
            (self.audit, "audit-section", "What came in, and what was lost?", "Data"),
            (self.provenance, "provenance-section", "Where does it come from?", "Provenance"),
            (self.glossary, "words-section", "What do the words mean?", "Words"),
        )
        return tuple(Section(name=name, title=title, short=short) for part, name, title, short in found if part)


def page(findings: Findings) -> Page:
    """Write every part of the page from guarded findings."""
    estimate, display = findings.estimate, display_for(findings)
    refused = findings.refused
    return Page(
        findings=findings,
        letter="D" if refused else findings.letter,
        refused=refused,
        headline=say.headline(findings, display),
        grade_name="The reason" if refused else say.GRADE_NAMES[findings.letter],
        grade_meaning=say.GRADE_MEANINGS["D" if refused else findings.letter],
        grade_why=say.support(findings),
        registration=say.REGISTRATIONS[estimate.registration],
        as_of=long_date(findings.as_of),
        facts=_facts(findings, display),
        effect=None if refused else effect_figure(findings, display),
        event=event_figure(findings, display),
        event_note=say.event_note(findings),
        dashboard=dashboard_figure(findings, display),
        dashboard_error=say.dashboard_error(findings, display),
        checks=_checks(estimate),
        cautions=tuple(caution.text for caution in estimate.cautions),
        second=second_figure(findings, display),
        waves=wave_figure(findings),
        method=(say.method_paragraph(estimate), *findings.method),
        audit=audit_table(findings),
        exact=_exact(estimate),
        provenance=_provenance(findings),
        glossary=_glossary(findings),
        next_design=say.next_design(findings) if refused else "",
        promise=say.promise(findings, display),
        beside=parts(findings, display),
    )


def _facts(findings: Findings, display: Display) -> tuple[Fact, ...]:
    found = (
        _effect_fact(findings, display),
        _baseline_fact(findings, display),
        _people_fact(findings),
        _plan_fact(findings, display),
    )
    return tuple(fact for fact in found if fact is not None)


def _measured(findings: Findings) -> tuple[str, ...]:
    measure = findings.measure
    return tuple(filter(None, (measure.definition, f"Readings up to {long_date(findings.as_of)}.")))


def _effect_fact(findings: Findings, display: Display) -> Fact | None:
    estimate = findings.estimate
    if findings.refused or estimate.estimate is None:
        return None
    arrow, words, tone = say.direction(findings)
    note = "interval not computed"
    if estimate.conf_low is not None and estimate.conf_high is not None:
        note = f"{display.between(estimate.conf_low, estimate.conf_high)} {display.unit}".rstrip()
    share = f" That is {_relative(estimate)} of the baseline." if estimate.relative else ""
    meaning = (
        f"The difference between what was read and what would have been read without the programme.{share} "
        f"The range is a {percent(estimate.level)} interval."
    )
    return Fact(
        name="Effect",
        value=display.bare(estimate.estimate, signed=True),
        note=f"{note} · {arrow} {words}",
        definition=(meaning, _n(findings), *_measured(findings)),
        tone=tone,
    )


def _relative(estimate: Estimate) -> str:
    relative = estimate.relative
    if relative is None:
        return ""
    if relative.conf_low is None or relative.conf_high is None:
        return percent(relative.estimate, signed=True, decimals=1)
    share = percent(relative.estimate, signed=True, decimals=1)
    return f"{share} ({percent_range(relative.conf_low, relative.conf_high)})"


def _baseline_fact(findings: Findings, display: Display) -> Fact | None:
    baseline = findings.estimate.baseline
    if baseline is None:
        return None
    share = display.level_unit == "%"
    value = display.level(baseline) if share else display.bare(baseline)
    unit = findings.measure.label if share else display.level_unit
    meaning = "The mean of those who started, over the periods before their start; a dashboard divides by it too."
    return Fact(name="Baseline", value=value, note=unit, definition=(meaning, _n(findings), *_measured(findings)))


def _people_fact(findings: Findings) -> Fact | None:
    estimate, noun = findings.estimate, findings.people
    if not estimate.n_units:
        return None
    parts = [f"{count(estimate.n_periods)} {findings.grain}s" if estimate.n_periods else "", _span(findings)]
    clusters = f" They form {count(estimate.n_clusters)} groups that move together." if estimate.n_clusters else ""
    treated = ""
    if estimate.n_treated is not None:
        all_of_them = estimate.n_treated == estimate.n_units
        treated = (
            "All of them started within the period."
            if all_of_them
            else f"{count(estimate.n_treated)} of them started within the period."
        )
    meaning = f"The {noun} whose readings went into the answer. {treated}{clusters}".strip()
    note = f"{noun} · {', '.join(filter(None, parts))}" if any(parts) else noun
    return Fact(
        name="Compared",
        value=count(estimate.n_units),
        note=note,
        definition=(meaning, f"As of {long_date(findings.as_of)}."),
    )


def _span(findings: Findings) -> str:
    if findings.period is None:
        return ""
    first, last = (period_label(text, findings.grain) for text in findings.period)
    return f"{first} to {last}"


def _n(findings: Findings) -> str:
    estimate = findings.estimate
    periods = f" over {count(estimate.n_periods)} {findings.grain}s" if estimate.n_periods else ""
    return f"From {count(estimate.n_units, findings.people)}{periods}."


def _plan_fact(findings: Findings, display: Display) -> Fact | None:
    plan = findings.plan
    if plan.promised is None and plan.smallest_worth_having is None:
        return None
    value = display.trimmed(plan.promised, signed=True) if plan.promised is not None else "none"
    worth = (
        f"{display.planned(plan.smallest_worth_having, signed=False)} is the smallest worth having"
        if plan.smallest_worth_having is not None
        else display.unit
    )
    locked = (
        f"The plan was locked on {long_date(plan.locked_on)}."
        if plan.locked_on
        else "The plan was not locked before launch."
    )
    return Fact(
        name="Promised",
        value=value,
        note=worth,
        definition=("The effect that the plan promised.", locked, say.promise(findings, display)),
    )


def _checks(estimate: Estimate) -> tuple[Check, ...]:
    return tuple(
        Check(
            sign=_SIGNS[c.status],
            status=c.status,
            word=say.STATUS_WORDS[c.status],
            title=say.check_title(c),
            text=c.text,
        )
        for c in estimate.checks
    )


def _exact(estimate: Estimate) -> Table | None:
    """The unrounded figures in stored units, for whoever wants to compute them again."""
    names: Sequence[tuple[str, float | None]] = (
        ("Estimate", estimate.estimate),
        ("Standard error", estimate.std_error),
        ("Standard error, Neyman", estimate.std_error_neyman),
        ("Interval, low end", estimate.conf_low),
        ("Interval, high end", estimate.conf_high),
        ("p-value", estimate.p_value),
        ("Baseline", estimate.baseline),
    )
    rows = tuple((name, f"{value:.9g}".replace("-", "−")) for name, value in names if value is not None)
    return Table(caption="The figures in stored units", columns=("Figure", "Value"), rows=rows) if rows else None


def _provenance(findings: Findings) -> tuple[tuple[str, str], ...]:
    source, estimate = findings.estimate.provenance, findings.estimate
    facts = [
        ("Readings up to", long_date(findings.as_of)),
        ("Method", f"{estimate.method}, {estimate.aggregation or estimate.estimand}"),
    ]
    if source:
        facts += [("Data fingerprint", source.data_fingerprint), ("Design hash", source.design_hash)]
        facts += [("Plan hash", source.plan_hash)] if source.plan_hash else []
        facts += [("Upshot version", source.version), ("Seed", str(source.seed))]
    return (*facts, *(("Source", line) for line in findings.sources))


def _glossary(findings: Findings) -> tuple[tuple[str, str], ...]:
    measure, level = findings.measure, percent(findings.estimate.level)
    words = (
        (measure.label[:1].upper() + measure.label[1:], measure.definition),
        (
            "Interval",
            f"A range made so that {level} of such ranges hold the true effect. Its width says how much is unknown.",
        ),
        (
            "Band",
            f"A range around the whole curve. In {level} of such cases every point's true effect lies inside at once.",
        ),
        ("Baseline", "What those who started read on average before they started."),
        (
            "Grade",
            "How far the answer may be trusted, from the design and the checks. "
            "It never depends on the size or the sign of the effect.",
        ),
        ("As of", "The date of the newest reading that went in. Later corrections are not in this page."),
        (
            "Small groups",
            f"Groups of fewer than {findings.minimum_group} are not shown, nor those that would give them away.",
        ),
    )
    return tuple(
        (word, meaning)
        for word, meaning in words
        if meaning and not (word == "Small groups" and not findings.minimum_group)
    )
