"""The demonstration's support: for people on a path, by their own managers, once."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.paths.builders import a_round, with_path, write_plan

from upshot.web.accounts.viewer import workspace_of
from upshot.web.home.demo.support import make_support
from upshot.web.paths.models import Enrolment
from upshot.web.teams.models import Support


def test_support_is_made_once_by_the_managers_of_those_who_began(cast: Cast, tmp_path: Path) -> None:
    with_path(cast, tmp_path)
    write_plan(cast)
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + "    manager: {before: {minutes: 10}}\n", encoding="utf-8")
    a_round(cast)
    Enrolment.objects.filter(person__in=["p-3", "p-6"]).update(begun=dt.date(2026, 3, 2))
    assert make_support(cast.organisation) == 6  # all four for the first, two for the other
    assert make_support(cast.organisation) == 0
    assert set(Support.objects.values_list("manager", flat=True)) == {"m-1"}
    assert set(Support.objects.filter(kind="before").values_list("minutes", "day")) == {(10, dt.date(2026, 2, 25))}
