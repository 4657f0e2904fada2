"""Every type of KPI that is read by the period, from a small simulated firm with a known effect to its answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.workspace.firm import MONTHS, a_firm

from upshot.errors import PanelError
from upshot.workspace.answering import Answer, answer_initiative
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

PEOPLE = 160
START = {0: 4, 1: 7}
"""Month (from 0) in which people start, by number modulo 4; the others never do."""

Reading = Callable[[np.random.Generator, bool], dict[str, Any]]


def a_simulated_firm(root: Path, kpi: dict[str, Any], read: Reading, *, grain: str = "month") -> Workspace:
    draw = np.random.default_rng(20261124)
    waves = [{"id": "w1", "start": "2025-05-01", "share": 0.25}, {"id": "w2", "start": "2025-08-01", "share": 0.25}]
    people = [
        {"person": f"p{n:03d}", "team": f"t{n % 20}", "role": "agent", "site": "north", "hired": "2020-01-01",
         "wave": {0: "w1", 1: "w2"}.get(n % 4, "")}
        for n in range(PEOPLE)
    ]  # fmt: skip
    kpis = [
        {"kpi": "calls", "person": f"p{n:03d}", "date": f"{month}-01", **read(draw, at >= START.get(n % 4, 99))}
        for n in range(PEOPLE)
        for at, month in enumerate(MONTHS)
    ]
    design = {"assign": "random-by-person", "period": "month", "first_treated": {"round": "floor"}}
    return a_firm(root, people=people, waves=waves, kpis=kpis, learning=[], kpi=kpi, design=design, grain=grain)


def answered(workspace: Workspace) -> Answer:
    return answer_initiative(workspace, "coaching")


def holds(answer: Answer, truth: float) -> bool:
    found = answer.estimate
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.grade is not None
    assert found.grade.letter == "B"  # not locked
    return found.conf_low < truth < found.conf_high and not found.conf_low < 0 < found.conf_high


def test_a_yes_or_no_is_answered_as_a_difference_in_shares(tmp_path: Path) -> None:
    def read(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
        return {"value": int(draw.random() < (0.65 if trained else 0.5))}

    workspace = a_simulated_firm(tmp_path / "firm", {"type": "binary", "direction": "up"}, read)
    answer = answered(workspace)
    assert holds(answer, 0.15)
    assert findings_of(workspace, answer).measure.form == "proportion"


def test_a_count_is_answered_as_a_difference_per_person_and_period(tmp_path: Path) -> None:
    def read(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
        return {"value": int(draw.poisson(3.0 if trained else 4.0))}

    assert holds(answered(a_simulated_firm(tmp_path / "firm", {"type": "count"}, read)), -1.0)


def test_a_count_over_opportunities_is_answered_as_a_rate(tmp_path: Path) -> None:
    def read(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
        cases = int(draw.integers(20, 60))
        return {"numerator": int(draw.poisson(cases * (0.08 if trained else 0.12))), "denominator": cases}

    workspace = a_simulated_firm(tmp_path / "firm", {"type": "count", "exposure": "denominator"}, read)
    assert holds(answered(workspace), -0.04)


LEVELS = ["bad", "fair", "good", "very good", "excellent"]


def rating(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
    """1 to 5; training moves half of the people one level up."""
    found = int(draw.integers(1, 5)) + int(trained and draw.random() < 0.5)
    return {"value": found}


def test_a_rating_is_answered_as_the_difference_in_its_mean_level(tmp_path: Path) -> None:
    kpi = {"type": "ordinal", "levels": LEVELS, "direction": "up"}
    answer = answered(a_simulated_firm(tmp_path / "firm", kpi, rating))
    assert holds(answer, 0.5)
    assert "levels-as-numbers" in {caution.code for caution in answer.estimate.cautions}


@pytest.mark.parametrize("value", [0, 6, 2.5])
def test_a_rating_that_is_none_of_its_levels_is_refused_with_the_count(tmp_path: Path, value: float) -> None:
    def read(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
        return {"value": value} if draw.random() < 0.01 else rating(draw, trained)

    workspace = a_simulated_firm(tmp_path / "firm", {"type": "ordinal", "levels": LEVELS}, read)
    with pytest.raises(PanelError, match=r"readings of KPI 'calls' are none of its 5 levels"):
        answered(workspace)


def test_a_yes_or_no_that_is_neither_is_refused(tmp_path: Path) -> None:
    def read(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
        return {"value": 7 if draw.random() < 0.01 else int(trained)}

    with pytest.raises(PanelError, match="are not between 0 and 1"):
        answered(a_simulated_firm(tmp_path / "firm", {"type": "binary"}, read))


def test_a_count_below_zero_is_refused(tmp_path: Path) -> None:
    def read(draw: np.random.Generator, trained: bool) -> dict[str, Any]:
        return {"value": -1 if draw.random() < 0.01 else int(draw.poisson(3))}

    with pytest.raises(PanelError, match="are below 0"):
        answered(a_simulated_firm(tmp_path / "firm", {"type": "count"}, read))
