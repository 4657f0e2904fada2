"""What has worked: every answer stands there under what was done, in its own unit, and none is left out."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.reviews.firm import days, decided

from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step
from upshot.plan.support import Support
from upshot.web.accounts.viewer import workspace_of
from upshot.web.measures.models import Run
from upshot.web.reviews.worked import Group, Outcome, Way, outcome_of, way_of, worked_of

URL = "/o/nordvik/what-has-worked/"


def groups_of(cast: Cast, part: str = "leader") -> tuple[Group, ...]:
    found = worked_of(cast.viewer(part))
    assert found is not None
    return found


def steps(*kinds: str) -> tuple[Step, ...]:
    said: list[dict[str, Any]] = [{"id": f"s{at}", "kind": kind} for at, kind in enumerate(kinds)]
    return tuple(Step(**one) for one in said)


@pytest.mark.parametrize(
    ("low", "high", "direction", "claimable", "expected"),
    [
        (0.4, 1.0, "up", True, Outcome.BETTER),
        (0.4, 1.0, "down", True, Outcome.WORSE),
        (-1.0, -0.4, "down", True, Outcome.BETTER),
        (-1.0, -0.4, "up", True, Outcome.WORSE),
        (-0.4, 1.0, "up", True, Outcome.NONE),
        (0.0, 1.0, "up", True, Outcome.NONE),
        (0.4, 1.0, None, True, Outcome.UNKNOWN),
        (0.4, 1.0, "up", False, Outcome.UNKNOWN),
        (None, None, "up", True, Outcome.UNKNOWN),
    ],
)
def test_an_answer_is_better_or_worse_only_where_its_whole_range_is(
    low: float | None, high: float | None, direction: str | None, claimable: bool, expected: Outcome
) -> None:
    assert outcome_of({"conf_low": low, "conf_high": high}, direction, claimable=claimable) is expected


@pytest.mark.parametrize(
    ("kinds", "way"),
    [
        ((), Way.UNKNOWN),
        (("module", "session"), Way.TAUGHT),
        (("module", "scenario"), Way.PRACTISED),
        (("module", "challenge"), Way.USED),
        (("scenario", "challenge", "check-in"), Way.PRACTISED_AND_USED),
    ],
)
def test_what_was_done_follows_from_the_path(kinds: tuple[str, ...], way: Way) -> None:
    assert way_of(Initiative(id="x", path=steps(*kinds))) is way


def test_support_that_was_tried_stands_apart_from_training() -> None:
    tried = Initiative(id="x", support=Support(kind="digest", of="y"), path=steps("module"))
    assert way_of(tried) is Way.DIGEST
    assert way_of(Initiative(id="x", support=Support(kind="motivation", of="all"))) is Way.MOTIVATION
    assert way_of(Initiative(id="x", support=Support(kind="spacing", of="y"))) is Way.SPACING


def test_an_answer_stands_with_its_grade_range_people_cost_and_decision(cast: Cast, run_: Run) -> None:
    decided(cast, days(-3), seen=str(run_.pk))
    (group,) = [one for one in groups_of(cast) if one.answers]
    (one,) = group.answers
    assert (one.title, one.grade, one.outcome, one.people) == ("Coaching", run_.grade, Outcome.BETTER, run_.people)
    assert (one.effect, one.interval, one.cost) == (run_.effect, run_.interval, "EUR 2,500, as planned")
    assert one.decided.startswith("Keep, decided on ")
    assert (group.by_lot, group.counts["better"], group.open) == (0, 1, ("Later on",))


def test_what_nobody_can_tell_is_listed_like_the_rest(cast: Cast, run_: Run) -> None:
    fields = [
        field.name for field in Run._meta.concrete_fields if field.name not in ("id", "job", "claimable", "grade")
    ]
    said = {name: getattr(run_, name) for name in fields}
    Run.objects.create(**said, claimable=False, grade="D")
    (one,) = [one for group in groups_of(cast) for one in group.answers]
    assert (one.outcome, one.effect, one.grade) == (Outcome.UNKNOWN, "", "D")
    page = cast.client("leader").get(URL).content.decode()
    assert "cannot tell" in page
    assert "1 answer; none by lot." in page


def test_an_answer_outlives_its_place_in_the_plan(cast: Cast, run_: Run) -> None:
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"id": "coaching"', '"id": "other"'), encoding="utf-8")
    last = groups_of(cast)[-1]
    assert (last.way, [one.title for one in last.answers]) == (Way.GONE, ["coaching"])


def test_who_may_not_see_money_sees_no_cost(cast: Cast, run_: Run) -> None:
    (one,) = [one for group in groups_of(cast, "designer") for one in group.answers]
    assert one.cost == ""
    assert "EUR 2,500" not in cast.client("designer").get(URL).content.decode()


def test_more_answers_ask_no_more_queries(cast: Cast, run_: Run) -> None:
    fields = [field.name for field in Run._meta.concrete_fields if field.name not in ("id", "job", "initiative")]
    said = {name: getattr(run_, name) for name in fields}

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            groups_of(cast)
        return len(found)

    before = queries()
    for number in range(20):
        Run.objects.create(**said, initiative=f"more-{number}")
    assert queries() == before


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_page_is_accessible(mode: str, cast: Cast, run_: Run, opened: Opener) -> None:
    accessible(opened(URL, cast.users["leader"], mode=mode), f"worked-{mode}")
