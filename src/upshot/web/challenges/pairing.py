"""Who debriefs with whom: pairs among people who did the same challenge, never a person with their own manager."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Candidate", "pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who waits for a partner.

    Parameters
    ----------
    key
        Of the challenge.
    person, manager, team, site
        From the roster.
    """

    key: str
    person: str
    manager: str = ""
    team: str = ""
    site: str = ""


def pairs(waiting: Sequence[Candidate]) -> list[tuple[Candidate, Candidate]]:
    """Pair people who wait, who came first first; one of another team at the same site is preferred.

    Examples
    --------
    >>> a, b, c = (Candidate(key=k, person=k, team=t, site="Leith") for k, t in (("a", "1"), ("b", "1"), ("c", "2")))
    >>> [(one.person, other.person) for one, other in pairs([a, b, c])]
    [('a', 'c')]
    """
    left, found = list(waiting), []
    while left:
        one = left.pop(0)
        partner = _best(one, left)
        if partner is not None:
            left.remove(partner)
            found.append((one, partner))
    return found


def _best(one: Candidate, others: Iterable[Candidate]) -> Candidate | None:
    fitting = [
        other
        for other in others
        if other.person != one.person and other.manager != one.person and one.manager != other.person
    ]
    return min(fitting, key=lambda other: (other.site != one.site, other.team == one.team), default=None)
