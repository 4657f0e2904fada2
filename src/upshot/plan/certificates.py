"""Certificates of a role path: counted from completion, renewed in a window, in grace, overdue or revoked."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from upshot.plan.practice import Recertify
from upshot.plan.progress import Fact, PathProgress, progress
from upshot.plan.rolepath import RolePath

__all__ = ["Given", "Standing", "Validity", "given", "renewal", "standing", "validity"]

Standing = Literal["valid", "window-open", "due", "in-grace", "overdue", "expired", "revoked"]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The days of one certificate.

    Parameters
    ----------
    given
        Day of completion.
    expires
        The last day it holds; absent where the path is never renewed.
    opens
        The first day on which the renewal counts.
    grace
        The last day after expiry on which nothing else happens.
    """

    given: dt.date
    expires: dt.date | None = None
    opens: dt.date | None = None
    grace: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A certificate that is on record: by hand, or revoked."""

    day: dt.date
    by_hand: bool = False
    revoked: dt.date | None = None


def validity(day: dt.date, rule: Recertify | None) -> Validity:
    """The days that follow from the day of completion.

    Examples
    --------
    >>> from upshot.plan.values import duration
    >>> rule = Recertify(every=duration("1y"), window_opens=duration("60d"), grace=duration("14d"))
    >>> found = validity(dt.date(2025, 2, 12), rule)
    >>> str(found.expires), str(found.opens), str(found.grace)
    ('2026-02-11', '2025-12-13', '2026-02-25')
    """
    if rule is None:
        return Validity(given=day)
    expires = rule.every.after(day) - _DAY
    opens = rule.window_opens.before(expires) if rule.window_opens is not None else day + _DAY
    grace = rule.grace.after(expires) if rule.grace is not None else None
    return Validity(given=day, expires=expires, opens=max(opens, day + _DAY), grace=grace)


def standing(dates: Validity, on_expiry: str, *, on: dt.date, revoked: bool = False) -> Standing:
    """How a certificate stands on a day.

    It is *due* on its last day, and from then on where the plan only notifies. After its last day it is *in grace* as
    long as the plan allows, then *overdue* or *expired*, as the plan calls it.
    """
    if revoked:
        return "revoked"
    if dates.expires is None or dates.opens is None or on < dates.opens:
        return "valid"
    if on < dates.expires:
        return "window-open"
    if on == dates.expires:
        return "due"
    if dates.grace is not None and on <= dates.grace:
        return "in-grace"
    return "due" if on_expiry == "notify" else "expired" if on_expiry == "expired" else "overdue"


def renewal(path: RolePath, facts: Iterable[Fact], since: dt.date) -> PathProgress:
    """How far the renewal of a certificate is by facts from ``since`` on: the steps that renew it, in their order."""
    named = {step.id for step in path.renewing}
    steps = tuple(
        replace(step, needs=tuple(name for name in step.needs if name in named), optional=False)
        for step in path.renewing
    )
    return progress(RolePath(path=steps), [one for one in facts if one.day >= since])


def given(path: RolePath, facts: Sequence[Fact], kept: Sequence[Given] = ()) -> tuple[dt.date, ...]:
    """Every day on which the path's requirement was met: the first time by the whole path, later by its renewal.

    Each round begins where the window of the one before opens; what is done earlier renews nothing. After a
    revocation the whole path counts anew. Certificates given by hand are rounds like others.

    Parameters
    ----------
    kept
        What is on record; certificates not by hand matter only where they were revoked.
    """
    days: list[dt.date] = []
    by_hand = sorted(one.day for one in kept if one.by_hand)
    revoked = {one.day: one.revoked for one in kept if one.revoked is not None}
    following = _first(progress(path, facts).done, by_hand, None)
    while following is not None:
        days.append(following)
        gone = revoked.get(following)
        if gone is not None:
            later = [one for one in facts if one.day > gone]
            following = _first(progress(path, later).done, by_hand, following)
            continue
        opens = validity(following, path.recertify).opens
        renewed = renewal(path, facts, opens).done if opens is not None else None
        following = _first(renewed, by_hand, following)
    return tuple(days)


def _first(earned: dt.date | None, by_hand: Sequence[dt.date], after: dt.date | None) -> dt.date | None:
    """The earlier of what was earned and the next certificate by hand."""
    hand = [day for day in by_hand if after is None or day > after]
    later = [day for day in (earned, *hand) if day is not None and (after is None or day > after)]
    return min(later, default=None)
