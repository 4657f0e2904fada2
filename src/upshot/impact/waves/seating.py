"""Can everyone be seated, and with how few extra seats: small integer programs over units and waves."""

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

__all__ = ["extra_seats", "seat_everyone"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_SECONDS = 10.0


def seat_everyone(people: Integers, room: Floats, allowed: Bools, weights: Floats) -> Integers | None:
    """A seating that fits, with people spread as closely to ``weights`` as can be; ``None`` if none was found.

    Parameters
    ----------
    people
        People per unit, shape (n,).
    room
        Seats per group, shape (G,); infinity without a limit.
    allowed
        Shape (n, G).
    weights
        Wanted proportions, shape (G,).
    """
    wanted = weights / weights.sum() * people.sum()
    groups = room.size
    slack = np.concatenate([np.zeros(people.size * groups), np.ones(2 * groups)])
    balance = sparse.hstack([_loads(people, groups), sparse.eye(groups), -sparse.eye(groups)])
    limits = [optimize.LinearConstraint(balance, wanted, wanted)]
    limits.append(optimize.LinearConstraint(_pad(_loads(people, groups), 2 * groups), -np.inf, room))
    found = _solve(slack, people.size, groups, allowed, limits)
    return None if found is None else found[0]


def extra_seats(people: Integers, room: Floats, allowed: Bools) -> Floats | None:
    """Fewest extra seats per group with which everyone fits, shape (G,); ``None`` if seats are not the trouble."""
    groups = room.size
    cost = np.concatenate([np.zeros(people.size * groups), np.ones(groups)])
    loads = sparse.hstack([_loads(people, groups), -sparse.eye(groups)])
    found = _solve(cost, people.size, groups, allowed, [optimize.LinearConstraint(loads, -np.inf, room)])
    return None if found is None else found[1]


def _solve(
    cost: Floats, n: int, groups: int, allowed: Bools, limits: list[optimize.LinearConstraint]
) -> tuple[Integers, Floats] | None:
    extra = cost.size - n * groups
    once = sparse.csr_matrix(sparse.kron(sparse.eye(n), np.ones((1, groups))))
    limits = [*limits, optimize.LinearConstraint(_pad(once, extra), 1, 1)]
    upper = np.concatenate([allowed.astype(np.float64).ravel(), np.full(extra, np.inf)])
    found = optimize.milp(
        cost,
        integrality=np.concatenate([np.ones(n * groups), np.zeros(extra)]),
        bounds=optimize.Bounds(0, upper),
        constraints=limits,
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.01},
    )
    if found.x is None:
        return None
    chosen = np.asarray(found.x, dtype=np.float64)
    return chosen[: n * groups].reshape(n, groups).argmax(axis=1).astype(np.int64), chosen[n * groups :]


def _loads(people: Integers, groups: int) -> sparse.csr_matrix:
    """People in each group as a linear map of the seating, shape (G, n * G)."""
    return sparse.csr_matrix(sparse.kron(people.reshape(1, -1), sparse.eye(groups)))


def _pad(matrix: sparse.csr_matrix, columns: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(sparse.hstack([matrix, sparse.csr_matrix((matrix.shape[0], columns))]))
