"""The event study a sensitivity analysis starts from: checked, ordered and reduced to contrasts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem

__all__ = ["EventStudy", "Floats", "event_study"]

Floats = npt.NDArray[np.float64]

_NEGATIVE = 1e-8
"""Share of the largest eigenvalue by which the smallest may be negative through rounding alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStudy:
    """Event-study coefficients around an omitted reference period, with the target named.

    Parameters
    ----------
    estimate, covariance
        Coefficients, shape (K,), and their covariance, shape (K, K); earliest event time first.
    before
        Distances of the pre-period coefficients from the reference, in periods, shape (n_pre,);
        falling, so that ``before[-1]`` is the nearest.
    after
        Distances of the post-period coefficients from the reference, shape (n_post,); rising.
    weights
        Target weights ``l`` over the post-period coefficients, shape (n_post,).
    """

    estimate: Floats
    covariance: Floats
    before: Floats
    after: Floats
    weights: Floats

    @property
    def n_pre(self) -> int:
        """Coefficients before the reference period."""
        return len(self.before)

    @property
    def target(self) -> Floats:
        """The target as a contrast of all coefficients, shape (K,)."""
        return np.concatenate([np.zeros(self.n_pre), self.weights])

    @property
    def point(self) -> float:
        """The target's estimate under parallel trends, ``l'β``."""
        return float(self.target @ self.estimate)

    @property
    def std_error(self) -> float:
        """Standard error of `point`."""
        return float(np.sqrt(self.target @ self.covariance @ self.target))

    def changes_before(self) -> Floats:
        """Contrasts of the change per period between neighbouring pre-periods, shape (n_pre, K)."""
        distances = np.append(self.before, 0.0)
        steps = np.diff(np.eye(self.n_pre + 1), axis=0)[:, : self.n_pre] / -np.diff(distances)[:, None]
        return np.hstack([steps, np.zeros((self.n_pre, len(self.after)))])

    def changes_after(self) -> Floats:
        """Contrasts of the whole change between neighbouring post-periods, shape (n_post, K)."""
        n_post = len(self.after)
        steps = np.eye(n_post) - np.eye(n_post, k=-1)
        return np.hstack([np.zeros((n_post, self.n_pre)), steps])

    def gaps_after(self) -> Floats:
        """Periods each of the post-period changes spans, shape (n_post,)."""
        return np.diff(self.after, prepend=0.0)


def event_study(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    n_pre: int,
    n_post: int,
    *,
    weights: npt.ArrayLike | None = None,
    anticipation: int = 0,
    event_times: Sequence[int] | None = None,
) -> EventStudy:
    """Check an event study and put it in the form the sensitivity analysis needs.

    Parameters
    ----------
    estimate, covariance
        Coefficients and their covariance, shapes (K,) and (K, K), with K = ``n_pre + n_post``. The
        reference period (event time ``-1 - anticipation``) is left out: its coefficient is 0.
    n_pre, n_post
        Coefficients before and after the reference period.
    weights
        Shape (n_post,); the target is ``weights @ estimate[n_pre:]``. By default the first period
        from the start on (event time 0).
    anticipation
        Periods before the start in which people may already react. They lie after the reference, so
        they count in ``n_post``; in them the trend may already deviate.
    event_times
        Event time of every coefficient, rising, when some are missing. A change over several periods
        is then compared per period.

    Raises
    ------
    InputError
        With every problem found.
    """
    beta = np.asarray(estimate, dtype=np.float64)
    sigma = np.asarray(covariance, dtype=np.float64)
    problems = [
        *_shape_problems(beta, sigma, n_pre, n_post),
        *_option_problems(n_pre + n_post, anticipation, event_times),
    ]
    if problems:
        raise InputError(problems)
    distances = _distances(n_pre, n_post, anticipation, event_times)
    problems = [*_place_problems(distances, n_pre)] or [*_effect_problems(distances, anticipation)]
    target = _weights(weights, distances[n_pre:], n_post, anticipation)
    problems = problems or [*_number_problems(beta, sigma, target, n_pre)]
    if problems:
        raise InputError(problems)
    symmetric = (sigma + sigma.T) / 2
    return EventStudy(
        estimate=beta, covariance=symmetric, before=-distances[:n_pre], after=distances[n_pre:], weights=target
    )


def _distances(n_pre: int, n_post: int, anticipation: int, event_times: Sequence[int] | None) -> Floats:
    if event_times is None:
        return np.concatenate([np.arange(-n_pre, 0), np.arange(1, n_post + 1)]).astype(np.float64)
    return np.asarray(event_times, dtype=np.float64) + 1 + anticipation


def _weights(weights: npt.ArrayLike | None, after: Floats, n_post: int, anticipation: int) -> Floats:
    if weights is not None:
        return np.asarray(weights, dtype=np.float64)
    started = np.flatnonzero(after > anticipation)
    target = np.zeros(n_post)
    target[started[:1]] = 1.0
    return target


def _shape_problems(beta: Floats, sigma: Floats, n_pre: int, n_post: int) -> Iterator[Problem]:
    if n_pre < 1:
        yield Problem(
            code="no-pre-period",
            text="No period before the reference period was estimated, so no earlier change can be the yardstick.",
            fix="Add at least one earlier period to the panel.",
        )
    if n_post < 1:
        yield Problem(
            code="no-post-period",
            text="No period after the start was estimated, so there is no effect to vary.",
            fix="Wait until the programme has run for at least one period.",
        )
    size = n_pre + n_post
    for name, array, shape in (("estimate", beta, (size,)), ("covariance", sigma, (size, size))):
        if array.shape != shape:
            yield Problem(
                code="shape",
                text=f"The {name} must have shape {shape} for {n_pre} pre-periods and {n_post} post-periods.",
                fix="Leave the reference period out of both, and count what remains.",
                value=str(array.shape),
            )


def _option_problems(size: int, anticipation: int, event_times: Sequence[int] | None) -> Iterator[Problem]:
    if anticipation < 0:
        yield Problem(
            code="anticipation",
            text="The anticipation must be zero or more periods.",
            fix="Give the number of periods before the start in which people may already react.",
            value=str(anticipation),
        )
    elif event_times is not None and len(event_times) != size:
        yield Problem(
            code="event-times",
            text=f"There must be one event time for each of the {size} coefficients.",
            fix="Leave the reference period out.",
            value=str(len(event_times)),
        )


def _place_problems(distances: Floats, n_pre: int) -> Iterator[Problem]:
    straddles = bool((distances[:n_pre] < 0).all() and (distances[n_pre:] > 0).all())
    if not straddles or (np.diff(distances) <= 0).any():
        yield Problem(
            code="event-times",
            text="The event times must rise, with n_pre before the reference period and n_post after it.",
            fix="The reference period is -1 less the anticipation; leave it out.",
        )


def _effect_problems(distances: Floats, anticipation: int) -> Iterator[Problem]:
    if not (distances > anticipation).any():
        yield Problem(
            code="no-post-period",
            text="Every period after the reference period lies before the start, so there is no effect to vary.",
            fix="Wait until the programme has run for at least one period.",
        )


def _number_problems(beta: Floats, sigma: Floats, target: Floats, n_pre: int) -> Iterator[Problem]:
    if not (np.isfinite(beta).all() and np.isfinite(sigma).all()):
        yield Problem(
            code="not-finite",
            text="The estimates and their covariance must be finite numbers.",
            fix="Drop the event times that could not be estimated and name the rest with event_times.",
        )
        return
    yield from _covariance_problems(sigma)
    if target.shape != (len(beta) - n_pre,) or not np.isfinite(target).all() or not target.any():
        yield Problem(
            code="weights",
            text=f"The weights must be {len(beta) - n_pre} finite numbers, not all zero.",
            fix="Give one weight for each coefficient after the reference period.",
        )
    elif not target @ sigma[n_pre:, n_pre:] @ target > 0:
        yield Problem(
            code="no-variance",
            text="The covariance gives the target no sampling variance, so no interval can be formed.",
            fix="Check the covariance and its scale.",
        )


def _covariance_problems(sigma: Floats) -> Iterator[Problem]:
    scale = np.abs(sigma).max()
    if np.abs(sigma - sigma.T).max() > _NEGATIVE * scale:
        yield Problem(
            code="not-symmetric",
            text="The covariance is not symmetric.",
            fix="Check the order of its rows and columns.",
        )
    elif scale > 0 and np.linalg.eigvalsh(sigma / scale)[0] < -_NEGATIVE * len(sigma):
        yield Problem(
            code="not-psd",
            text="The covariance is not positive semi-definite, so it is no covariance of any estimates.",
            fix="Take all its entries from one estimation.",
        )
