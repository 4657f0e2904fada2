"""The question put to the data, fixed before they are seen: estimator, comparison, window, level."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from upshot.errors import DesignError

__all__ = ["Adjustment", "Aggregation", "Assignment", "Base", "Control", "Design", "Estimator", "Registration"]

Estimator = Literal["callaway-santanna", "roth-santanna", "sun-abraham", "imputation", "twfe"]
Control = Literal["not-yet-treated", "never-treated"]
Aggregation = Literal["simple", "event", "group", "calendar"]
Base = Literal["varying", "universal"]
Adjustment = Literal["doubly-robust", "regression", "inverse-propensity", "saturated"]
Assignment = Literal["random", "as-if-random", "managed", "voluntary", "everyone", "unknown"]
Registration = Literal["as-planned", "amended", "exploratory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How the answer will be computed; hashed into every answer's provenance.

    Parameters
    ----------
    estimator
        ``None`` lets the design router choose from ``assignment`` (DESIGN §5, Menu).
    control
        Whom the treated are compared with.
    aggregation
        Which average of the group-time effects is the headline.
    base
        Base period of pre-treatment differences (Callaway & Sant'Anna 2021; Roth 2024).
    anticipation
        Periods before the start in which people may already react, >= 0.
    adjust
        How strata are adjusted for; only with strata in the panel.
    assignment
        How people came to the programme.
    assigned_by
        The unit the lot was drawn for: people, or clusters (teams).
    registration
        Whether the design was locked before launch.
    outcome
        Name of the KPI, as it is printed.
    direction
        Which way is better; only words depend on it.
    level
        Confidence level, in (0, 1).
    seed
        Seed of the sup-t draws and of every resampling.
    covariance
        Whether the covariance of the terms is part of the answer.
    balance
        Event study only: keep the cohorts observed for at least this many periods after their
        start, and event times up to it (``balance_e`` in R's did).
    event_window
        Event study only: first and last event time kept (``min_e``, ``max_e`` in R's did).
    smallest_worth_having
        The effect below which the programme is not worth doing, in KPI units.
    planned_shares
        Share of the randomised units planned for each start period (``None``: never starts), for
        the sample-ratio check.
    """

    estimator: Estimator | None = None
    control: Control = "not-yet-treated"
    aggregation: Aggregation = "simple"
    base: Base = "varying"
    anticipation: int = 0
    adjust: Adjustment | None = None
    assignment: Assignment = "unknown"
    assigned_by: Literal["person", "team"] = "person"
    registration: Registration = "exploratory"
    outcome: str = "outcome"
    direction: Literal["up", "down", "hold-within"] = "up"
    level: float = 0.95
    seed: int = 20260101
    covariance: bool = False
    balance: int | None = None
    event_window: tuple[int, int] | None = None
    smallest_worth_having: float | None = None
    planned_shares: tuple[tuple[int | None, float], ...] | None = None

    def __post_init__(self) -> None:
        problems = [
            f"The {name} parameter of Design must be one of {', '.join(map(str, allowed))}. Got {value!r} instead."
            for name, allowed in _CHOICES.items()
            if (value := getattr(self, name)) not in allowed
        ]
        if not 0 < self.level < 1:
            problems.append(f"The level parameter of Design must be between 0 and 1. Got {self.level!r} instead.")
        if self.anticipation < 0:
            problems.append(f"The anticipation parameter of Design must be >= 0. Got {self.anticipation!r} instead.")
        if self.balance is not None and self.balance < 0:
            problems.append(f"The balance parameter of Design must be >= 0. Got {self.balance!r} instead.")
        if self.event_window is not None and self.event_window[0] > self.event_window[1]:
            problems.append(f"The event_window parameter of Design must rise. Got {self.event_window!r} instead.")
        if problems:
            raise DesignError("\n".join(problems))

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of every field."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Every field that is set, by name."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}


_CHOICES: dict[str, tuple[object, ...]] = {
    "estimator": (None, *get_args(Estimator)),
    "control": get_args(Control),
    "aggregation": get_args(Aggregation),
    "base": get_args(Base),
    "adjust": (None, *get_args(Adjustment)),
    "assignment": get_args(Assignment),
    "assigned_by": ("person", "team"),
    "registration": get_args(Registration),
    "direction": ("up", "down", "hold-within"),
}
