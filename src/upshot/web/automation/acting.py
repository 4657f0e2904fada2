"""What a rule does about what happened: messages to propose, people to enrol; written down or only counted."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.report.numbers import long_date
from upshot.web.accounts.models import Organisation
from upshot.web.automation.facts import Directory, Facts
from upshot.web.automation.happening import Happening
from upshot.web.automation.language.words import ABOUT_PEOPLE, Act, Rule, Said
from upshot.web.outbox.invitations import entry
from upshot.web.outbox.services import Proposal
from upshot.web.paths.models import Enrolment
from upshot.web.paths.services.enrolling import initial_state
from upshot.web.paths.services.versions import versions_now
from upshot.workspace.belonging import Member, members
from upshot.workspace.turns import NOT_YET, waiting

__all__ = ["Doing", "doing_of", "enrol", "in_turn", "uid_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What a rule does about one happening.

    Parameters
    ----------
    proposals
        Messages.
    enrols
        Initiatives that the person is put on the path of.
    """

    happening: Happening
    proposals: tuple[Proposal, ...]
    enrols: tuple[str, ...]


def doing_of(facts: Facts, rule: Rule, happening: Happening, directory: Directory) -> Doing:
    """What a rule does about one happening; nothing is written."""
    proposals: list[Proposal] = []
    for number, act in enumerate(rule.then):
        proposals += _proposals(facts, rule, act, number, happening, directory)
    return Doing(
        happening=happening,
        proposals=tuple(proposals),
        enrols=tuple(act.enrol for act in rule.then if act.enrol and happening.person),
    )


def in_turn(facts: Facts, doings: Sequence[Doing]) -> list[Doing]:
    """The same, with reminders held back from people who do not get them yet, where the plan tries reminders."""
    later = waiting(facts.workspace, facts.plan, "nudge", on=facts.today) if doings else {}
    return [
        replace(doing, proposals=tuple(_held(one) for one in doing.proposals))
        if doing.happening.person in later.get(doing.happening.initiative, ())
        else doing
        for doing in doings
    ]


def _held(proposal: Proposal) -> Proposal:
    """Held back, but for days in the calendar, which are no reminders."""
    return replace(proposal, held=NOT_YET) if proposal.kind in ("note", "task") else proposal


def _proposals(
    facts: Facts, rule: Rule, act: Act, number: int, happening: Happening, directory: Directory
) -> Iterator[Proposal]:
    key = f"rule:{rule.id}:{number}:{happening.key}"[:200]
    why = _("A rule of your firm: %(title)s.") % {"title": rule.title.rstrip(".")}
    about = f"rule:{rule.id}"
    for said, kind in ((act.message, "note"), (act.task, "task")):
        for person in _recipients(rule, said, happening, directory) if said else ():
            words = _filled(facts, said, happening) if said else {}
            link = _link(facts.organisation, happening)
            yield Proposal(person=person, kind=kind, key=key, why=why, about=about, context=words, link=link)
    if act.propose_review:
        yield from _review(facts, act.propose_review, key, why, happening, directory)
    if act.invite and happening.person:
        yield _invitation(facts, why, happening)


def _recipients(rule: Rule, said: Said, happening: Happening, directory: Directory) -> Sequence[str]:
    if said.channel is not None:
        return [directory.channels[said.channel]] if said.channel in directory.channels else []
    to = said.to or ("person" if rule.when.event in ABOUT_PEOPLE else "leaders")
    if to == "person":
        return [happening.person]
    if to == "manager":
        manager = directory.managers.get(happening.person, "")
        return [manager] if manager else []
    return directory.roles.get(to, ())


def _filled(facts: Facts, said: Said, happening: Happening) -> Mapping[str, str]:
    """The words with their gaps filled."""
    gaps = {
        "{day}": long_date(happening.about),
        "{initiative}": facts.title(happening.initiative) if happening.initiative else "",
        "{step}": _step(facts, happening),
        "{kpi}": _kpi(facts, happening.kpi),
        "{what}": happening.what,
    }
    heading, text = said.heading, said.text
    for gap, value in gaps.items():
        heading, text = heading.replace(gap, value), text.replace(gap, value)
    return {"heading": heading, "text": text}


def _step(facts: Facts, happening: Happening) -> str:
    found = next((item for item in facts.plan.initiatives if item.id == happening.initiative), None)
    step = next((one for one in found.path if one.id == happening.step), None) if found else None
    return (step.title or step.id) if step else happening.step


def _kpi(facts: Facts, name: str) -> str:
    found = next((item for item in facts.plan.kpis if item.id == name), None)
    return (found.label or found.id) if found else name


def _link(organisation: Organisation, happening: Happening) -> str:
    route = "learning" if happening.person else "data" if happening.kpi else "reviews"
    return reverse(route, kwargs={"org": organisation.slug})


def _review(
    facts: Facts, initiative: str, key: str, why: str, happening: Happening, directory: Directory
) -> Iterator[Proposal]:
    context = {"initiative": facts.title(initiative), "reason": happening.what or why}
    link = f"{reverse('reviews', kwargs={'org': facts.organisation.slug})}#plan-one"
    for person in dict.fromkeys((*directory.roles.get("leaders", ()), *directory.roles.get("executives", ()))):
        yield Proposal(
            person=person,
            kind="review-proposed",
            key=key,
            why=why,
            about=f"initiative:{initiative}",
            context=context,
            link=link,
        )


def uid_of(organisation: Organisation, initiative: str, person: str) -> str:
    """The UID of a person's wave in their calendar: the same for ever, and it names nobody."""
    said = hashlib.sha256(f"{organisation.pk}:{initiative}:{person}".encode()).hexdigest()[:24]
    return f"wave-{said}@{organisation.slug}.upshot"


def _invitation(facts: Facts, why: str, happening: Happening) -> Proposal:
    title = facts.title(happening.initiative)
    uid = uid_of(facts.organisation, happening.initiative, happening.person)
    return Proposal(
        person=happening.person,
        kind="wave-starts",
        key=f"wave:{happening.initiative}:0",
        why=why,
        about=f"wave:{happening.initiative}",
        context={"initiative": title, "day": long_date(happening.about), "reason": ""},
        link=_link(facts.organisation, happening),
        invitation=entry(uid=uid, title=title, start=happening.about),
    )


def enrol(facts: Facts, doings: Iterable[Doing]) -> int:
    """Put people on paths, as far as they are in their audiences; whoever is on one stays where they are. How many."""
    wanted: dict[str, set[str]] = {}
    for doing in doings:
        for initiative in doing.enrols:
            wanted.setdefault(initiative, set()).add(doing.happening.person)
    courses = [item.resolved() for item in facts.plan.initiatives if item.id in wanted and item.path]
    if not courses:
        return 0
    with facts.workspace.lake().connect() as connection:
        belong = members(connection, courses, on=facts.today)
    versions = versions_now(facts.organisation, courses)
    rows = [
        Enrolment(
            organisation=facts.organisation,
            initiative=course.id,
            person=member.person,
            version=versions[course.id],
            wave=member.wave.id if member.wave else "",
            starts=member.starts,
            state=initial_state(member.starts, facts.today),
        )
        for course, own in zip(courses, belong, strict=True)
        for member in _chosen(own, wanted[course.id])
    ]
    there = Enrolment.objects.filter(organisation=facts.organisation, initiative__in=wanted).count()
    Enrolment.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return Enrolment.objects.filter(organisation=facts.organisation, initiative__in=wanted).count() - there


def _chosen(own: Iterable[Member], people: set[str]) -> Iterator[Member]:
    return (member for member in own if member.person in people)
