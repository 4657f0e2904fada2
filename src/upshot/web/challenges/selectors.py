"""Read challenges: one's own, those shared, those to sign, and check-ins that are due; never anybody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.models import Asked, Challenge, CheckIn, Evidence, Observation, StandIn
from upshot.web.paths.models import Enrolment
from upshot.web.people.models import Person

__all__ = [
    "Waiting",
    "absences_of",
    "check_in_of",
    "check_ins_due",
    "enrolment_for",
    "evidence_for",
    "names_of",
    "observation_for",
    "own",
    "own_one",
    "partner_of",
    "readers_for",
    "shared_one",
    "shared_with",
    "signed_by",
    "to_sign",
    "to_sign_one",
    "under_way",
]

_OPEN = ("planned", "submitted", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A challenge that waits for the viewer's sign-off: whose it is, and as what they are asked."""

    challenge: Challenge
    name: str
    relationship: str


def enrolment_for(viewer: Viewer, number: UUID) -> Enrolment | None:
    """One of the viewer's own enrolments."""
    found = Enrolment.objects.filter(organisation=viewer.organisation, person=viewer.person, pk=number)
    return found.exclude(person="").select_related("version", "organisation").first()


def own(viewer: Viewer) -> QuerySet[Challenge]:
    """The viewer's own challenges, newest first."""
    return Challenge.objects.filter(organisation=viewer.organisation, person=viewer.person).exclude(person="")


def own_one(viewer: Viewer, number: UUID) -> Challenge | None:
    """One of the viewer's own."""
    found = own(viewer).select_related("organisation", "checklist", "pair_as_one__other", "pair_as_other__one")
    return found.filter(pk=number).first()


def under_way(viewer: Viewer, initiative: str, step: str) -> Challenge | None:
    """The viewer's newest challenge at a step, where it is open or signed; a lapsed one may be begun again."""
    found = own(viewer).filter(initiative=initiative, step=step).exclude(state=Challenge.State.LAPSED)
    return found.order_by("-number").first()


def shared_with(viewer: Viewer) -> QuerySet[Challenge]:
    """Open challenges whose plan somebody shared with the viewer."""
    found = Challenge.objects.filter(organisation=viewer.organisation, shared_with=viewer.person, state__in=_OPEN)
    return found.exclude(shared_with="")


def shared_one(viewer: Viewer, number: UUID) -> Challenge | None:
    """One plan that was shared with the viewer, at any state."""
    found = Challenge.objects.filter(organisation=viewer.organisation, shared_with=viewer.person, pk=number)
    return found.exclude(shared_with="").first()


def to_sign(viewer: Viewer) -> list[Waiting]:
    """Challenges that wait for the viewer, longest first."""
    asked = Asked.objects.filter(
        challenge__organisation=viewer.organisation, person=viewer.person, challenge__state=Challenge.State.SUBMITTED
    ).exclude(person="")
    found = list(asked.select_related("challenge").order_by("challenge__submitted"))
    names = names_of(viewer.organisation, (one.challenge.person for one in found))
    return [
        Waiting(
            challenge=one.challenge, name=names.get(one.challenge.person, ""), relationship=one.relationship
        )
        for one in found
    ]  # fmt: skip


def to_sign_one(viewer: Viewer, number: UUID) -> Challenge | None:
    """A challenge the viewer is asked to sign, or has decided on."""
    asked = Asked.objects.filter(challenge=OuterRef("pk"), person=viewer.person)
    found = Challenge.objects.filter(organisation=viewer.organisation, pk=number).select_related(
        "organisation", "checklist"
    )
    decided = Q(turns__person=viewer.person, turns__state__in=["signed", "returned"])
    concerned = found.filter(Q(Exists(asked)) | decided).exclude(person=viewer.person)
    return concerned.distinct().first() if viewer.person else None


def signed_by(viewer: Viewer) -> QuerySet[Challenge]:
    """What the viewer signed, newest first."""
    found = Challenge.objects.filter(organisation=viewer.organisation, signed_by=viewer.person)
    return found.exclude(signed_by="").order_by("-decided")


def evidence_for(viewer: Viewer, number: UUID) -> Evidence | None:
    """A file of evidence that is the viewer's own, or that they are asked to sign or have signed."""
    found = Evidence.objects.filter(
        pk=number, kind=Evidence.Kind.FILE, challenge__organisation=viewer.organisation, deleted=None
    )
    one = found.select_related("challenge__organisation").first()
    if one is None or not viewer.person:
        return None
    mine = one.challenge.person == viewer.person
    return one if mine or to_sign_one(viewer, one.challenge_id) is not None else None


def check_ins_due(viewer: Viewer) -> QuerySet[CheckIn]:
    """Check-ins that wait for the viewer's answers."""
    found = CheckIn.objects.filter(
        challenge__organisation=viewer.organisation, person=viewer.person, answered=None, due__lte=timezone.localdate()
    )
    return found.exclude(person="").select_related("challenge")


def check_in_of(viewer: Viewer, number: UUID) -> CheckIn | None:
    """A check-in that the viewer is asked for."""
    found = CheckIn.objects.filter(challenge__organisation=viewer.organisation, person=viewer.person, pk=number)
    return found.exclude(person="").select_related("challenge__organisation").first()


def partner_of(challenge: Challenge) -> Challenge | None:
    """The other challenge of the pair."""
    if hasattr(challenge, "pair_as_one"):
        return challenge.pair_as_one.other
    return challenge.pair_as_other.one if hasattr(challenge, "pair_as_other") else None


def observation_for(viewer: Viewer, challenge: Challenge) -> Observation | None:
    """What was seen at the last decision: for the person, and for whoever saw it."""
    last = challenge.observations.filter(at__gte=challenge.submitted).first() if challenge.submitted else None
    return last if last is not None and viewer.person in (challenge.person, last.observer) else None


def names_of(organisation: Organisation, people: Iterable[str]) -> dict[str, str]:
    """Names of people, in one query."""
    found = Person.objects.filter(organisation=organisation, key__in=set(people) - {""})
    return {person.key: str(person) for person in found}


def readers_for(viewer: Viewer) -> list[tuple[str, str]]:
    """Whom a plan can be shared with: the viewer's manager and team, by name."""
    people = Person.objects.filter(organisation=viewer.organisation, left=None)
    me = people.filter(key=viewer.person).first()
    if me is None:
        return []
    near = Q(pk__in=[])
    near |= Q(team=me.team) if me.team else Q(pk__in=[])
    near |= Q(key=me.manager) if me.manager else Q(pk__in=[])
    return [(person.key, str(person)) for person in people.filter(near).exclude(key=me.key)]


def absences_of(viewer: Viewer) -> QuerySet[StandIn]:
    """When the viewer is away and who signs then; what is over is left out."""
    found = StandIn.objects.filter(organisation=viewer.organisation, person=viewer.person)
    return found.filter(last__gte=timezone.localdate()).exclude(person="")
