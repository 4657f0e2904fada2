"""What rules are run against: the plan, the roster and the record, as of a day."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upshot.panel.audience import where_sql
from upshot.plan import Plan
from upshot.plan.expression import And, Expression, In
from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import workspace_of
from upshot.web.automation.language.words import Condition
from upshot.web.outbox.models import Channel
from upshot.web.outbox.recipients import of_channel, of_member
from upshot.web.people.models import Person
from upshot.workspace.folder import Workspace

__all__ = ["Directory", "Facts", "directory_of", "matching", "staff"]

_THEN = "valid_from <= $day AND coalesce(valid_to > $day, true)"
_ROLES = {
    "leaders": Role.LEADER,
    "analysts": Role.ANALYST,
    "executives": Role.EXECUTIVE,
    "administrators": Role.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A firm on a day.

    Parameters
    ----------
    today
        Nothing after it has happened yet.
    """

    organisation: Organisation
    plan: Plan
    today: dt.date

    @property
    def workspace(self) -> Workspace:
        """The firm's workspace."""
        return workspace_of(self.organisation)

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Rows of the lake; names in the statement begin with a dollar sign."""
        found: list[dict[str, Any]] = self.workspace.lake().query(sql, parameters).to_pylist()
        return found

    def title(self, initiative: str) -> str:
        """What people call an initiative."""
        found = next((item for item in self.plan.initiatives if item.id == initiative), None)
        return (found.title or found.id) if found else initiative


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Who is reached by the words of a rule.

    Parameters
    ----------
    managers
        By person, their manager's identifier.
    roles
        By the word for a role, its members as the outbox names them.
    channels
        By name, shared channels as the outbox names them.
    """

    managers: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)


def directory_of(organisation: Organisation) -> Directory:
    """Today's managers, members by role, and channels."""
    managers = Person.objects.filter(organisation=organisation).exclude(manager="")
    roles: dict[str, list[str]] = {}
    for word, role in _ROLES.items():
        held = Membership.objects.filter(organisation=organisation, grants__role=role).distinct().order_by("pk")
        roles[word] = [of_member(member) for member in held]
    return Directory(
        managers=dict(managers.values_list("key", "manager")),
        roles=roles,
        channels={one.name: of_channel(one) for one in Channel.objects.filter(organisation=organisation)},
    )


def matching(facts: Facts, condition: Condition, people: Collection[str], on: dt.date) -> frozenset[str]:
    """Who of some people a condition holds for, by the roster of a day."""
    wanted = _expression(condition)
    if wanted is None or not people:
        return frozenset(people)
    sql = f"SELECT person FROM people WHERE {_THEN} AND person IN (SELECT unnest($people)) AND {_sql(wanted, on)}"
    return frozenset(row["person"] for row in facts.rows(sql, day=on, people=sorted(people)))


def staff(facts: Facts) -> int:
    """How many people work here today."""
    sql = f'SELECT count(*) AS people FROM people WHERE {_THEN} AND coalesce("left" > $day, true)'
    return int(facts.rows(sql, day=facts.today)[0]["people"])


def _sql(wanted: Expression, on: dt.date) -> str:
    return where_sql(wanted, on=f"DATE '{on}'")


def _expression(condition: Condition) -> Expression | None:
    """Audience, roles and sites as one expression."""
    terms: list[Expression] = [condition.audience] if condition.audience is not None else []
    terms += [In("role", condition.role, False)] if condition.role else []
    terms += [In("site", condition.site, False)] if condition.site else []
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else And(tuple(terms))
