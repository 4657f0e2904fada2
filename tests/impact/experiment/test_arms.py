"""Reading arm labels."""

import numpy as np
import pytest

from upshot.errors import Problem
from upshot.impact.experiment.arms import arm_codes, codes_of


@pytest.mark.parametrize("labels", [[0, 1], ["0", "1"], ["control", "x"], [False, True], [0.0, 1.0], [" Control", "z"]])
def test_an_obvious_control_arm_comes_first(labels: list[object]) -> None:
    arms, codes = arm_codes(np.array([labels[1], labels[0], labels[1]], dtype=object), None, [])
    assert codes.tolist() == [1, 0, 1]
    assert str(arms[0]).strip().casefold() in {"0", "control"}


def test_a_control_named_by_text_finds_the_number() -> None:
    arms, codes = arm_codes([1, 2, 3], "2", [])
    assert arms == (2, 1, 3)
    assert codes.tolist() == [1, 0, 2]


def test_missing_labels_are_counted() -> None:
    problems: list[Problem] = []
    labels, codes = codes_of(np.array(["b", None, "a"], dtype=object), "block", problems)
    assert labels == ("a", "b")
    assert codes.tolist() == [1, -1, 0]
    assert problems[0].code == "missing-block"


def test_a_dose_is_not_an_arm() -> None:
    problems: list[Problem] = []
    arm_codes(np.arange(100.0), None, problems)
    assert [problem.code for problem in problems] == ["too-many-arms"]
