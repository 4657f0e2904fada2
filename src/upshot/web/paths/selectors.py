"""Read paths as their learner walks them: own enrolments with progress, certificates and what is shared with them."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.plan.certificates import Standing, Validity, renewal, standing
from upshot.plan.initiatives import Initiative
from upshot.plan.progress import Fact, PathProgress, StepProgress, progress
from upshot.plan.rolepath import RolePath
from upshot.web.accounts.viewer import Viewer
from upshot.web.paths.models import Certificate, Commitment, Enrolment, LiveSession
from upshot.web.paths.walking import facts_of, path_of
from upshot.web.plans.selectors import current_document
from upshot.workspace.belonging import members

__all__ = [
    "Held",
    "Walk",
    "initiative_of",
    "offered",
    "sessions_for",
    "shared_with",
    "standing_of",
    "walk_of",
    "walks_of",
]

State = Enrolment.State
_RENEWING: tuple[Standing, ...] = ("window-open", "due", "in-grace", "overdue", "expired")


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate and how it stands on a day."""

    certificate: Certificate
    standing: Standing

    @property
    def renews(self) -> bool:
        """Whether its renewal is open."""
        return self.standing in _RENEWING


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One enrolment with everything its learner sees.

    Parameters
    ----------
    certificates
        Those revoked, and the newest of the others: it takes the place of those before it.
    newest
        The newest certificate that was not revoked.
    renewing
        How far its renewal is; ``None`` while it is not open.
    """

    enrolment: Enrolment
    path: RolePath
    facts: tuple[Fact, ...]
    progress: PathProgress
    certificates: tuple[Held, ...]
    newest: Held | None
    renewing: PathProgress | None

    @property
    def open(self) -> bool:
        """Whether steps can be taken now; those of a path that waits, is paused or withdrawn can not."""
        return self.enrolment.state in (State.ACTIVE, State.DONE)

    @property
    def next(self) -> StepProgress | None:
        """The step that is next for its learner."""
        if not self.open:
            return None
        if self.renewing is not None:
            return self.renewing.next
        return self.progress.next if self.enrolment.done is None else None

    def step(self, name: str) -> StepProgress | None:
        """A step as it stands now: within the renewal where that is open and asks for it."""
        both = (*(self.renewing.steps if self.renewing else ()), *self.progress.steps)
        return next((one for one in both if one.step.id == name), None)


def walks_of(viewer: Viewer, *, on: dt.date | None = None) -> list[Walk]:
    """The viewer's own paths; nobody else's."""
    found = _whole(_own(viewer)).order_by("starts", "initiative")
    return [_walk(one, on or timezone.localdate()) for one in found]


def walk_of(viewer: Viewer, number: UUID, *, on: dt.date | None = None) -> Walk | None:
    """One of the viewer's own paths."""
    found = _whole(_own(viewer)).filter(pk=number).first()
    return None if found is None else _walk(found, on or timezone.localdate())


def _own(viewer: Viewer) -> QuerySet[Enrolment]:
    mine = Enrolment.objects.filter(organisation=viewer.organisation, person=viewer.person).exclude(person="")
    return mine.select_related("version", "organisation")


def _whole(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return enrolments.prefetch_related("records", "certificates__version")


def _walk(enrolment: Enrolment, on: dt.date) -> Walk:
    path, facts = path_of(enrolment.version), tuple(facts_of(enrolment))
    every = [Held(one, standing_of(one, on)) for one in enrolment.certificates.all()]
    newest = next((one for one in every if one.standing != "revoked"), None)
    certificates = tuple(one for one in every if one is newest or one.standing == "revoked")
    opens = newest.certificate.opens if newest is not None and newest.renews else None
    return Walk(
        enrolment=enrolment,
        path=path,
        facts=facts,
        progress=progress(path, facts, starts=enrolment.starts),
        certificates=certificates,
        newest=newest,
        renewing=renewal(path, facts, opens) if opens is not None else None,
    )


def standing_of(certificate: Certificate, on: dt.date) -> Standing:
    """How a certificate stands on a day, by the rule of the version it was given for."""
    dates = Validity(
        given=certificate.given, expires=certificate.expires, opens=certificate.opens, grace=certificate.grace
    )
    path = path_of(certificate.version)
    rule = path.recertify.on_expiry if path.recertify is not None else "overdue"
    return standing(dates, rule, on=on, revoked=certificate.revoked is not None)


def initiative_of(viewer: Viewer, name: str) -> Initiative | None:
    """An initiative of today's plan; ``None`` where the plan lacks it or does not load."""
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return None
    return next((item.resolved() for item in plan.initiatives if item.id == name), None)


def offered(viewer: Viewer, plan: Plan, *, on: dt.date) -> list[Initiative]:
    """Paths that people come to by choice, open to the viewer, whom they are not on yet."""
    chosen = [
        item.resolved()
        for item in plan.initiatives
        if item.is_training and item.path and item.design.assign == "voluntary"
    ]
    if not chosen or not viewer.person:
        return []
    on_it = set(_own(viewer).values_list("initiative", flat=True))
    with viewer.workspace.lake().connect() as connection:
        belong = members(connection, chosen, on=on, people=[viewer.person])
    return [item for item, own in zip(chosen, belong, strict=True) if own and item.id not in on_it]


def sessions_for(enrolment: Enrolment, step: str) -> QuerySet[LiveSession]:
    """Dates of a live step that lie ahead, and those the person has a seat at."""
    found = LiveSession.objects.filter(
        organisation=enrolment.organisation, initiative=enrolment.initiative, step=step, cancelled=None
    )
    ahead = Q(starts__gte=timezone.now()) | Q(sign_ups__enrolment=enrolment)
    return found.filter(ahead).distinct().prefetch_related("sign_ups")


def shared_with(viewer: Viewer) -> QuerySet[Commitment]:
    """Sentences that others share with the viewer."""
    found = Commitment.objects.filter(enrolment__organisation=viewer.organisation, reader=viewer.person)
    return found.exclude(reader="").select_related("enrolment")
