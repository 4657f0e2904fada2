"""When each person may be written to, as kept: the firm's ways, the person's wishes, their site, their leave."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.outbox.models import Carrier, Channel, House, Leave, Preference
from upshot.web.outbox.planning.days_off import days_off
from upshot.web.outbox.planning.hours import WORKING_DAYS, Rules
from upshot.web.outbox.recipients import channel_of
from upshot.web.people.models import Person
from upshot.workspace.folder import Workspace

__all__ = ["CHUNK", "Reader", "house_of", "readers"]

CHUNK = 5000
"""People a statement names at once: below what SQLite takes as parameters."""

_ON_LEAVE = """
    SELECT person FROM people WHERE valid_from <= $1 AND coalesce(valid_to > $1, true)
    AND lower(attributes['on_leave']) IN ('true', 't', 'yes', 'y', '1')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One person as the planner knows them.

    Parameters
    ----------
    rules
        When they may be written to.
    carrier
        What carries messages to them.
    webhook
        Their own address in Slack or Teams, encrypted; empty for e-mail.
    stopped
        Kinds they do not want.
    left
        Whether they have left the firm.
    name
        How they are greeted; may be empty.
    """

    rules: Rules
    carrier: str = Carrier.EMAIL
    webhook: str = ""
    stopped: frozenset[str] = frozenset()
    left: bool = False
    name: str = ""


def house_of(organisation: Organisation) -> House:
    """How an organisation writes to its people; as shipped where nobody said."""
    return House.objects.filter(organisation=organisation).first() or House(organisation=organisation)


def readers(organisation: Organisation, people: Collection[str], now: dt.datetime) -> dict[str, Reader]:
    """Each of some people, in a handful of statements however many they are."""
    house, today = house_of(organisation), now.date()
    preferences: dict[str, Preference] = {}
    staff: dict[str, Person] = {}
    away: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    wanted = sorted(people)
    for start in range(0, len(wanted), CHUNK):
        some = {"organisation": organisation, "person__in": wanted[start : start + CHUNK]}
        preferences |= {kept.person: kept for kept in Preference.objects.filter(**some)}
        for leave in Leave.objects.filter(**some, last__gte=today - dt.timedelta(days=1)):
            away[leave.person].append((leave.first, leave.last))
        found = Person.objects.filter(organisation=organisation, key__in=wanted[start : start + CHUNK])
        staff |= {person.key: person for person in found.only("key", "name", "site", "left")}
    for person in _on_leave(organisation, today):
        away[person].append((today - dt.timedelta(days=1), today))
    known = {
        key: _reader(house, preferences.get(key), staff.get(key), tuple(away.get(key, ())), today) for key in wanted
    }
    return known | _shared(organisation, known)


def _shared(organisation: Organisation, found: Mapping[str, Reader]) -> dict[str, Reader]:
    """Shared channels among them: at the firm's hours, to the channel's address."""
    numbers = {number: key for key in found if (number := channel_of(key)) is not None}
    if not numbers:
        return {}
    return {
        key: replace(reader, webhook=channel.webhook, carrier=_carrier(reader, channel))
        for channel in Channel.objects.filter(organisation=organisation, pk__in=numbers)
        for key, reader in [(numbers[channel.pk], found[numbers[channel.pk]])]
    }


def _carrier(reader: Reader, channel: Channel) -> str:
    return Carrier.RECORD if reader.carrier == Carrier.RECORD else channel.carrier


def _reader(
    house: House,
    wish: Preference | None,
    person: Person | None,
    away: tuple[tuple[dt.date, dt.date], ...],
    today: dt.date,
) -> Reader:
    site: Mapping[str, str] = house.sites.get(person.site, {}) if person else {}
    own = wish or Preference()
    own_hours = own.quiet_from is not None and own.quiet_until is not None
    rules = Rules(
        zone=own.zone or site.get("zone") or house.zone,
        quiet_from=own.quiet_from if own_hours and own.quiet_from else house.quiet_from,
        quiet_until=own.quiet_until if own_hours and own.quiet_until else house.quiet_until,
        days=frozenset(house.days) or WORKING_DAYS,
        off=_off(site.get("country", house.country), site.get("part", house.part), today.year),
        away=away,
        cap=min(own.cap or house.cap, house.cap),
    )
    return Reader(
        rules=rules,
        carrier=Carrier.RECORD if house.record_only else own.carrier,
        webhook=own.webhook,
        stopped=frozenset(own.stopped),
        left=person is not None and person.left is not None and person.left < today,
        name=person.name if person else "",
    )


@lru_cache(maxsize=500)
def _off(country: str, part: str, year: int) -> frozenset[dt.date]:
    return days_off(country, part, (year, year + 1)) if country else frozenset()


def _on_leave(organisation: Organisation, today: dt.date) -> frozenset[str]:
    """Who is on leave today, as the roster says."""
    workspace = workspace_of(organisation)
    return _on_leave_there(workspace, workspace.lake().state(), today)


@lru_cache(maxsize=64)
def _on_leave_there(workspace: Workspace, state: str, today: dt.date) -> frozenset[str]:
    """Remembered as long as nothing comes into the lake."""
    return frozenset(row["person"] for row in workspace.lake().query(_ON_LEAVE, [today]).to_pylist())
