"""The weekly message: proposed once a week for every manager whose plan asks for it; names only whom it must."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.roles import GRANTS, Permission
from upshot.web.accounts.viewer import MANAGERS_MINIMUM, workspace_of
from upshot.web.challenges.models import Asked, Challenge
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import newest_runs
from upshot.web.outbox import links
from upshot.web.outbox.recipients import addresses, of_member
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.people.models import Person
from upshot.web.plans.selectors import current_document
from upshot.web.teams.looking_after import Charge, Reason, charges, line_of
from upshot.web.teams.messages import WEEK, about
from upshot.web.teams.models import Barrier, NoCapacity, Round, Support
from upshot.web.teams.week import Week, involved, monday, week_of
from upshot.workspace.participation import Place, places
from upshot.workspace.turns import NOT_YET, waiting

__all__ = ["NO_ROOM", "SIGN", "due", "propose_week"]

SIGN = "teams-sign-off"
"""Purpose of links that sign or return."""
NO_ROOM = "teams-no-capacity"
"""Purpose of links that say there is no room this week."""

_HOUR = dt.time(5, 0)
_MOST_LINKS = 3
_MOST_REASONS = 2
_KEPT = dt.timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Firm:
    """What every manager's message of a week is made of; ``later`` is what people's turn has not come for."""

    organisation: Organisation
    plan: Plan
    week: dt.date
    today: dt.date
    people: Mapping[str, Mapping[str, str]]
    places: Mapping[str, Sequence[Place]]
    later: Mapping[str, Sequence[Place]]
    runs: Mapping[str, Run]
    waiting: Mapping[str, Sequence[Challenge]]


def due(now: dt.datetime) -> None:
    """A chore: from Monday to Wednesday, once a week for each organisation; safe under two workers."""
    today = timezone.localdate(now)
    if today.weekday() > 2:
        return
    done = Round.objects.filter(week=monday(today)).values("organisation")
    for organisation in Organisation.objects.exclude(pk__in=done):
        propose_week(organisation, today)
    forget(today)


def forget(today: dt.date) -> None:
    """Delete what is older than it is kept for."""
    for model in (NoCapacity, Round):
        model.objects.filter(week__lt=today - _KEPT).delete()
    Support.objects.filter(day__lt=today - 3 * _KEPT).delete()
    Barrier.objects.filter(at__date__lt=today - 3 * _KEPT).delete()


@transaction.atomic
def propose_week(organisation: Organisation, today: dt.date) -> int:
    """Propose this week's messages; how many were new. A plan that does not load asks nobody for anything."""
    week = monday(today)
    mine = charges(organisation, line_of(organisation, today))
    made = propose_all(organisation, _vacancies(organisation, mine, week))
    firm = _firm(organisation, mine, today)
    if firm is not None:
        teams: dict[str, list[str]] = defaultdict(list)
        for charge in mine:
            if charge.keeper:
                teams[charge.keeper].append(charge.team)
        reached = addresses(organisation)
        asked = [(keeper, own) for keeper, own in teams.items() if keeper in reached]
        said = [make(firm, keeper, own) for keeper, own in asked for make in (_message, _not_yet)]
        made += propose_all(organisation, [one for one in said if one is not None])
    Round.objects.get_or_create(organisation=organisation, week=week)
    return made


def _firm(organisation: Organisation, mine: Collection[Charge], today: dt.date) -> _Firm | None:
    try:
        plan = current_document(organisation).plan
        workspace = workspace_of(organisation)
    except UpshotError:
        return None
    wanted = {item.id for item in plan.initiatives if _hears(item.resolved(), today)}
    people: dict[str, dict[str, str]] = defaultdict(dict)
    rows = Person.objects.filter(organisation=organisation, left=None, team__in={one.team for one in mine})
    for person in rows:
        people[person.team][person.key] = str(person)
    found: dict[str, list[Place]] = defaultdict(list)
    later: dict[str, list[Place]] = defaultdict(list)
    if wanted:
        held = waiting(workspace, plan, "digest", on=today)
        for place in places(workspace, plan, [key for own in people.values() for key in own], on=today):
            if place.initiative.id in wanted and involved(place):
                where = later if place.person in held.get(place.initiative.id, ()) else found
                where[place.person].append(place)
    newest = [run.pk for run in newest_runs(organisation).values()]
    runs = Run.objects.filter(pk__in=newest, people__gte=MANAGERS_MINIMUM).only("initiative", "sentence", "people")
    return _Firm(
        organisation=organisation, plan=plan, week=monday(today), today=today, people=people, places=found, later=later,
        runs={run.initiative: run for run in runs}, waiting=_waiting(organisation),
    )  # fmt: skip


def _hears(item: Initiative, today: dt.date) -> bool:
    """Whether an initiative's managers hear of it this week; a monthly word comes in the month's first week."""
    often = item.manager.during.digest if item.manager else "never"
    return often in ("daily", "weekly") or (often == "monthly" and monday(today).day <= 7)


def _waiting(organisation: Organisation) -> Mapping[str, Sequence[Challenge]]:
    asked = Asked.objects.filter(
        challenge__organisation=organisation, challenge__state=Challenge.State.SUBMITTED
    ).order_by("challenge__submitted")
    found: dict[str, list[Challenge]] = defaultdict(list)
    for one in asked.select_related("challenge"):
        found[one.person].append(one.challenge)
    return found


def _message(firm: _Firm, keeper: str, teams: Sequence[str]) -> Proposal | None:
    """A manager's message; ``None`` where there is nothing to say."""
    names = {key: name for team in teams for key, name in firm.people.get(team, {}).items() if key != keeper}
    found = [place for person in names for place in firm.places.get(person, ())]
    week, waiting = week_of(found, names, firm.today), firm.waiting.get(keeper, ())
    if not week.talks and not waiting:
        return None
    slug = firm.organisation.slug
    return Proposal(
        person=keeper,
        kind=WEEK,
        key=f"{WEEK}:{firm.week}",
        why=_("The roster names you as manager of a team that learns now, or you look after one."),
        about=about(firm.week),
        context={"text": _text(firm, week, waiting, found), "people": sorted(_named(week, waiting))},
        link=reverse("team", kwargs={"org": slug}),
        also=[*_sign_links(firm, keeper, waiting), _no_room_link(firm, keeper)],
        not_before=dt.datetime.combine(firm.week, _HOUR, dt.UTC),
        expires=dt.datetime.combine(firm.week + dt.timedelta(days=5), dt.time(0), dt.UTC),
    )


def _not_yet(firm: _Firm, keeper: str, teams: Sequence[str]) -> Proposal | None:
    """What is written down in place of a message, where the turn of a manager's people has not come."""
    own = [place for team in teams for key in firm.people.get(team, {}) for place in firm.later.get(key, ())]
    if not own:
        return None
    titles = dict.fromkeys(place.initiative.title or place.initiative.id for place in own)
    return Proposal(
        person=keeper,
        kind=WEEK,
        key=f"{WEEK}:{firm.week}:later",
        why=_("The weekly message comes to some teams earlier than to others, so that its effect can be told."),
        about=about(firm.week),
        context={"text": ", ".join(titles), "people": []},
        held=NOT_YET,
    )


def _named(week: Week, waiting: Sequence[Challenge]) -> set[str]:
    """Whom a message speaks of, so that it can be forgotten with them."""
    people = {talk.person for talk in week.talks} | {one.person for one in waiting}
    return people | ({week.recognised} if week.recognised else set())


def _text(firm: _Firm, week: Week, waiting: Sequence[Challenge], found: Sequence[Place]) -> str:
    parts = [_why(firm, list(dict.fromkeys(place.initiative.id for place in found)))]
    if week.talks:
        lines = [
            _("%(name)s: %(why)s Ask: %(ask)s") % {"name": talk.name, "why": talk.why, "ask": talk.ask}
            for talk in week.talks
        ]
        parts.append("\n".join([_("Talk to, in alphabetical order:"), *(f"– {line}" for line in lines)]))
    if week.recognise:
        parts.append(_("Recognise: %(what)s") % {"what": week.recognise})
    if waiting:
        count = len(waiting)
        parts.append(_("Waiting for your sign-off: %(count)d. Sign or return from here, below.") % {"count": count})
    return "\n\n".join(part for part in parts if part)


def _why(firm: _Firm, initiatives: Sequence[str]) -> str:
    """For which goals, and what it did in the whole firm with its range, where that is known."""
    lines = []
    for item in (one for one in firm.plan.initiatives if one.id in initiatives[:_MOST_REASONS]):
        goal = firm.plan.objective(item.serves[0]).statement if item.serves else ""
        run = firm.runs.get(item.id)
        known = run.sentence if run is not None else _("Whether it helps is not known yet.")
        what = ": ".join(filter(None, (item.title or item.id, goal)))
        lines.append(f"{what.rstrip('.')}. {known}")
    return "\n".join(lines)


def _sign_links(firm: _Firm, keeper: str, waiting: Sequence[Challenge]) -> list[tuple[str, str]]:
    return [
        (
            _("Sign or return: %(title)s") % {"title": one.title},
            links.path("team-signed-off", _token(firm, SIGN, keeper, f"{one.pk}:{one.revision}")),
        )
        for one in waiting[:_MOST_LINKS]
    ]


def _no_room_link(firm: _Firm, keeper: str) -> tuple[str, str]:
    token = _token(firm, NO_ROOM, keeper, firm.week.isoformat())
    return _("I have no capacity this week"), links.path("team-no-room", token)


def _token(firm: _Firm, purpose: str, keeper: str, subject: str) -> str:
    return links.make(purpose, organisation=firm.organisation, person=keeper, subject=subject)


def _vacancies(organisation: Organisation, mine: Sequence[Charge], week: dt.date) -> list[Proposal]:
    """Tell administrators, once a week, of teams that are without their manager: how many, not which person."""
    vacant = {one.team: one.reason for one in mine if one.reason is not Reason.OWN}
    if not vacant:
        return []
    nobody = sum(reason is Reason.NOBODY for reason in vacant.values())
    roles = [role for role, may in GRANTS.items() if Permission.ACCESS in may]
    members = Membership.objects.filter(organisation=organisation, grants__role__in=roles).distinct()
    said = {"teams": len(vacant), "above": len(vacant) - nobody, "nobody": nobody}
    return [
        Proposal(
            person=of_member(member), kind="teams-without-manager", key=f"teams-without-manager:{week}",
            why=_("You look after the roster and access."), about=about(week), context=said,
            link=reverse("teams", kwargs={"org": organisation.slug}),
        )
        for member in members
    ]  # fmt: skip
