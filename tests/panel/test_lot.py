"""Small roll-outs by lot carry Fisher's p-value; large ones, and those not drawn, do not."""

from pathlib import Path

import numpy as np
import pytest

from upshot.impact.design import Design
from upshot.lake.scan import PanelRoles
from upshot.panel.direct import estimate_file

ROLES = PanelRoles(unit="unit", time="time", outcome="y", first_treated="start")


def a_file(folder: Path, *, units: int = 24, effect: float = 0.0, size: int = 1, seed: int = 3) -> Path:
    draw = np.random.default_rng(seed)
    lines = ["unit,team,time,start,y"]
    for team in range(units):
        start = ("4", "6", "")[team % 3]
        for person in range(size):
            level = draw.normal(0, 1)
            for time in range(1, 9):
                on = effect if start and time >= int(start) else 0.0
                lines.append(f"{team}-{person},t{team},{time},{start},{level + draw.normal(0, 0.5) + on:.6f}")
    path = folder / "panel.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def lot_of(path: Path, design: Design, roles: PanelRoles = ROLES):
    return next((check for check in estimate_file(path, roles, design).checks if check.name == "by-lot"), None)


def test_few_units_drawn_by_lot_get_the_lots_own_p_value(tmp_path):
    none = lot_of(a_file(tmp_path), Design(assignment="random"))
    large = lot_of(a_file(tmp_path, effect=2.0), Design(assignment="random"))
    assert none.p_value > 0.05
    assert large.p_value == pytest.approx(1 / 500)


def test_teams_change_places_whole(tmp_path):
    roles = PanelRoles(unit="unit", time="time", outcome="y", first_treated="start", cluster="team")
    found = lot_of(a_file(tmp_path, size=4, effect=2.0), Design(assignment="random", assigned_by="team"), roles)
    assert found.p_value == pytest.approx(1 / 500)


@pytest.mark.parametrize("design", [Design(assignment="managed"), Design()])
def test_waves_that_were_not_drawn_are_not_dealt_again(tmp_path, design):
    assert lot_of(a_file(tmp_path), design) is None


def test_many_units_need_no_deal(tmp_path):
    assert lot_of(a_file(tmp_path, units=60), Design(assignment="random")) is None
