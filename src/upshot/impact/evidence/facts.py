"""Everything the grade may look at, read off a design and an answer's checks and cautions; never the effect."""

from collections.abc import Iterable

from upshot.impact.design import Assignment, Registration
from upshot.impact.estimate import Caution, CheckResult, Estimate

__all__ = ["facts_of", "kind_of", "reasons_of"]

_KINDS = {
    "ancova": "experiment",
    "difference-in-means": "experiment",
    "two-stage-least-squares": "late",
    "interrupted-time-series": "series",
    "kaplan-meier": "spells",
    "difference-in-shares": "shares",
    "top-box": "shares",
    "synthetic-control": "synthetic",
    "demeaned-synthetic-control": "synthetic",
    "synthetic-did": "synthetic",
    "self-report": "self-report",
}
_TWO_ARMS = ("experiment", "late", "spells", "shares")
_NOT_BY_LOT = ("managed", "unknown", "everyone")


def kind_of(method: str) -> str:
    """The kind of design behind a method's name; ``panel`` where it is not one of the others.

    Examples
    --------
    >>> kind_of("synthetic-did"), kind_of("callaway-santanna")
    ('synthetic', 'panel')
    """
    return _KINDS.get(method, "panel")


def facts_of(
    assignment: Assignment,
    registration: Registration,
    checks: Iterable[CheckResult] = (),
    reasons: Iterable[str] = (),
    *,
    cautions: Iterable[Caution] = (),
    method: str = "callaway-santanna",
) -> frozenset[str]:
    """Facts as strings.

    ``assignment:…``, ``registration:…``, ``method:…`` and ``kind:…`` come from the design;
    ``arms:not-by-lot`` from a design that compares two groups once without a lot; ``check:…`` is
    the code of a check that did not pass, ``failed:…`` of one that failed, ``unseen:…`` the name
    of one that could not be run, ``caution:…`` the code of a caution, ``reason:…`` why nothing
    could be estimated.
    """
    found, kind = tuple(checks), kind_of(method)
    return frozenset(
        {
            f"assignment:{assignment}",
            f"registration:{registration}",
            f"method:{method}",
            f"kind:{kind}",
            *(f"check:{check.code}" for check in found if check.code and check.status != "passed"),
            *(f"failed:{check.code}" for check in found if check.code and check.status == "failed"),
            *(f"unseen:{check.name}" for check in found if check.status == "not_applicable"),
            *(f"caution:{caution.code}" for caution in cautions),
            *(f"reason:{reason}" for reason in reasons),
            *(("arms:not-by-lot",) if kind in _TWO_ARMS and assignment in _NOT_BY_LOT else ()),
        }
    )


def reasons_of(estimate: Estimate) -> tuple[str, ...]:
    """Why there is no number: the first caution of an answer without one; empty where there is one."""
    if estimate.estimate is not None:
        return ()
    return (estimate.cautions[0].code if estimate.cautions else "not-estimable",)
