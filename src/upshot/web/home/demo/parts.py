"""Whom one can be in the demonstration: one person for each role, marked as made up, with one password for all."""

from dataclasses import dataclass

from django.conf import settings

from upshot.web.accounts.models import Membership, Organisation, User
from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.accounts.services import join
from upshot.web.accounts.viewer import Scope, Viewer, viewer_of
from upshot.web.people.models import Person

__all__ = ["DOMAIN", "MANAGED", "PARTS", "PASSWORD", "Part", "demo_user", "make_parts", "part_named", "part_viewer"]

DOMAIN = "@harbour.example"
PASSWORD = "harbour-is-invented"  # noqa: S105 - printed for everybody; it opens a demonstration on one's own machine
MANAGED = "EL-17"
"""Team of the demonstration's manager and learner: twelve people on one of the lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One role to look at Harbour in.

    Parameters
    ----------
    key
        Name in addresses and in the e-mail address.
    name
        Where the roster does not have them.
    person
        Number on Harbour's roster; empty where they are not on it, and for manager and learner, who are looked up.
    """

    key: str
    role: Role
    name: str
    person: str = ""

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}{DOMAIN}"


PARTS: tuple[Part, ...] = (
    Part(key="leader", role=Role.LEADER, name="Mei Tanaka", person="H00009"),
    Part(key="executive", role=Role.EXECUTIVE, name="Tomas Ferreira", person="H00002"),
    Part(key="manager", role=Role.MANAGER, name=""),
    Part(key="learner", role=Role.LEARNER, name=""),
    Part(key="analyst", role=Role.ANALYST, name="Amara Nwosu", person="H00011"),
    Part(key="designer", role=Role.DESIGNER, name="Freya Holm"),
    Part(key="council", role=Role.COUNCIL, name="Hanne Dahl"),
    Part(key="administrator", role=Role.ADMINISTRATOR, name="Idris Vale"),
)
"""In the order in which the switch offers them."""

_HARBOUR_ONLY = frozenset({Role.MANAGER, Role.LEARNER})


def part_named(key: str) -> Part | None:
    """The part of this name."""
    return next((part for part in PARTS if part.key == key), None)


def demo_user(part: Part) -> User | None:
    """The user of a part; only in a demonstration, a member of a simulated organisation with a made-up address."""
    if not settings.ENVIRONMENT.demo:
        return None
    found = Membership.objects.filter(
        organisation__simulated=True, user__email=part.email, user__is_active=True, grants__role=part.role
    )
    membership = found.select_related("user").first()
    return membership.user if membership else None


def part_viewer(harbour: Organisation, key: str) -> Viewer | None:
    """How a part sees Harbour; nothing where it is not there."""
    part = part_named(key)
    found = harbour.memberships.filter(user__email=part.email).select_related("user").first() if part else None
    return viewer_of(found.user, harbour.slug) if found is not None else None


def make_parts(harbour: Organisation, others: list[Organisation]) -> int:
    """Make the users that are not there yet; how many were made."""
    made = 0
    for part in PARTS:
        person = _person_of(harbour, part)
        user = User.objects.filter(email=part.email).first()
        if user is None:
            name = part.name or (person.name if person else part.key.title())
            user = User.objects.create_user(part.email, PASSWORD, name=name)
            made += 1
        whole = [(part.role, Scope(ScopeKind.EVERYTHING))]
        join(organisation=harbour, user=user, grants=whole, person=person.key if person else "")
        for other in () if part.role in _HARBOUR_ONLY else others:
            join(organisation=other, user=user, grants=whole)
    return made


def _person_of(harbour: Organisation, part: Part) -> Person | None:
    people = Person.objects.filter(organisation=harbour, left=None)
    if part.role == Role.MANAGER:
        leads = people.filter(team=MANAGED).exclude(role="team-lead").values_list("manager", flat=True)
        return people.filter(key__in=list(leads)).first()
    if part.role == Role.LEARNER:
        return people.filter(team=MANAGED).exclude(role="team-lead").order_by("-hired", "key").first()
    return people.filter(key=part.person).first() if part.person else None
