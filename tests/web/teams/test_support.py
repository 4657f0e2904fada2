"""Support for use and what is in the way: a manager's own record; counts alone for leaders; hours as cost."""

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.courses import with_course

from upshot.web.accounts.viewer import workspace_of
from upshot.web.measures.models import CostLine
from upshot.web.measures.spending import actuals_of, costs_entered
from upshot.web.plans.selectors import current_document
from upshot.web.teams.models import Barrier, NoCapacity, Support
from upshot.web.teams.personal import TeamStore
from upshot.workspace.costing import costs_of

TODAY = dt.datetime.now(dt.UTC).date()
URL = "/o/nordvik/team/support/"
LEADERS = "/o/nordvik/initiatives/selling/support"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_course(cast, tmp_path)
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    text = plan.read_text(encoding="utf-8").replace(
        "audience: {where: \"role = 'adviser'\"}", "audience: {where: \"role = 'adviser'\", expected_size: 30}"
    )
    costs = "    costs: [{item: Leads' time, kind: time, minutes_from: manager, rate: 60}]\n"
    plan.write_text(text + costs, encoding="utf-8")
    return cast


def said(**more: object) -> dict[str, object]:
    known = {"who": "selling p-3", "kind": "before", "day": TODAY, "minutes": "", "token": uuid.uuid4()}
    return {**known, **more}


def recorded(cast: Cast, managers: int, people: int = 5) -> None:
    """Support by so many managers, each for so many people of 12 minutes."""
    Support.objects.bulk_create(
        Support(
            organisation=cast.organisation, initiative="selling", person=f"q-{manager}-{person}",
            manager=f"b-{manager}", kind="debrief", day=TODAY, minutes=12,
        )
        for manager in range(managers)
        for person in range(people)
    )  # fmt: skip


def test_a_talk_is_kept_with_the_plans_minutes_and_the_same_form_once(firm: Cast) -> None:
    client, form = firm.client("manager"), said()
    for _click in range(2):
        assert client.post(URL, form).status_code == 302
    made = Support.objects.get()
    assert (made.person, made.manager, made.kind, made.minutes) == ("p-3", "m-1", "before", 10)
    page = client.get(URL).content.decode()
    assert "1 time, 10 minutes." in page


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"who": "selling p-1"}, "Select a valid choice"),
        ({"day": TODAY + dt.timedelta(days=1)}, "within the last 120 days"),
        ({"day": TODAY - dt.timedelta(days=121)}, "within the last 120 days"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"kind": ""}, "required"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(firm: Cast, wrong: dict[str, object], word: str) -> None:
    reply = firm.client("manager").post(URL, said(**wrong))
    assert reply.status_code == 422
    assert word in reply.content.decode()
    assert not Support.objects.exists()


def test_a_record_is_ones_own_alone(firm: Cast) -> None:
    firm.client("manager").post(URL, said())
    number = Support.objects.get().pk
    assert "Nothing is recorded yet" in firm.client("other_manager").get(URL).content.decode()
    firm.client("other_manager").post(f"{URL}{number}/take-back")
    assert Support.objects.exists()
    firm.client("manager").post(f"{URL}{number}/take-back")
    assert not Support.objects.exists()


def test_leaders_read_counts_once_enough_managers_recorded(firm: Cast) -> None:
    recorded(firm, 4)
    page = firm.client("leader").get(LEADERS).content.decode()
    assert "fewer than 5 managers: not shown" in page
    assert "4.0 hours" not in page
    recorded(firm, 5)
    page = firm.client("leader").get(LEADERS).content.decode()
    assert "(5 managers)" in page
    assert "Talk after: how it went" in page
    assert "q-0-0" not in page
    assert "b-0" not in page


def test_one_managers_minutes_cannot_be_worked_out_from_the_total(firm: Cast) -> None:
    recorded(firm, 5)
    firm.client("manager").post(URL, said())
    page = firm.client("leader").get(LEADERS).content.decode()
    assert "Not told apart by kind" in page
    assert "Talk after: how it went" not in page


def test_recorded_hours_become_cost_in_place_of_what_was_planned_and_replace_themselves(firm: Cast) -> None:
    recorded(firm, 5)
    firm.client("leader").post(f"{LEADERS}/count", {"token": uuid.uuid4()})
    assert CostLine.objects.get().amount == Decimal("300.00")  # 25 talks of 12 minutes are 5 hours, at 60
    recorded(firm, 5)
    for _click in range(2):
        firm.client("leader").post(f"{LEADERS}/count", {"token": uuid.uuid4()})
    standing = costs_entered(firm.organisation, "selling")
    assert [line.amount for line in standing] == [Decimal("600.00")]
    plan = current_document(firm.organisation).plan
    costs = costs_of(plan, plan.initiatives[0], actuals_of(standing))
    (row,) = costs.rows
    assert (row.planned, row.actual, row.counted, row.kind) == (pytest.approx(30 * 10 / 60 * 60), 600, 600, "time")


def test_nothing_is_counted_while_too_few_managers_recorded(firm: Cast) -> None:
    recorded(firm, 4)
    firm.client("leader").post(f"{LEADERS}/count", {"token": uuid.uuid4()})
    assert not CostLine.objects.exists()


def test_a_barrier_counts_once_for_a_manager_and_is_shown_from_five_on(firm: Cast) -> None:
    url, form = "/o/nordvik/team/barrier", {"initiative": "selling", "kind": "time"}
    for _click in range(2):
        firm.client("manager").post(url, form)
    assert Barrier.objects.count() == 1
    assert "No time beside" not in firm.client("leader").get(LEADERS).content.decode()
    others = [
        Barrier(organisation=firm.organisation, initiative="selling", kind="time", manager=f"b-{n}") for n in range(4)
    ]
    Barrier.objects.bulk_create(others)
    assert "No time beside the daily work" in firm.client("leader").get(LEADERS).content.decode()


def test_a_barrier_of_somebody_elses_course_is_refused(firm: Cast) -> None:
    reply = firm.client("manager").post("/o/nordvik/team/barrier", {"initiative": "other", "kind": "time"})
    assert reply.status_code == 422
    assert not Barrier.objects.exists()


def test_no_capacity_leaves_the_manager_alone_and_can_be_taken_back(firm: Cast) -> None:
    client, url = firm.client("manager"), "/o/nordvik/team/capacity"
    client.post(url)
    page = client.get("/o/nordvik/team/").content.decode()
    assert "Nothing is asked of you" in page
    assert 'class="talks"' not in page
    client.post(url, {"act": "have"})
    assert not NoCapacity.objects.exists()
    assert 'class="talks"' in client.get("/o/nordvik/team/").content.decode()


def test_everything_held_of_a_person_is_handed_out_and_forgotten(firm: Cast) -> None:
    firm.client("manager").post(URL, said())
    firm.client("manager").post("/o/nordvik/team/barrier", {"initiative": "selling", "kind": "time"})
    firm.client("manager").post("/o/nordvik/team/capacity")
    store = TeamStore()
    assert [row.get("as") for row in store.export(firm.organisation, "p-3")] == ["person"]
    assert len(store.export(firm.organisation, "m-1")) == 3
    assert store.erase(firm.organisation, "m-1") == 3
    assert store.export(firm.organisation, "m-1") == []
    assert Barrier.objects.get().manager == ""


def test_queries_of_the_record_do_not_grow_with_it(firm: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            firm.client("manager").get(URL)
        return len(seen)

    def more(count: int) -> None:
        Support.objects.bulk_create(
            Support(
                organisation=firm.organisation, initiative="selling", person="p-3", manager="m-1", kind="debrief",
                day=TODAY, minutes=5,
            )
            for _one in range(count)
        )  # fmt: skip

    more(3)
    queries()
    three = queries()
    more(27)
    assert queries() == three


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_pages_are_accessible_at_every_width(firm: Cast, opened: Opener, mode: str) -> None:
    recorded(firm, 5)
    Support.objects.create(
        organisation=firm.organisation, initiative="selling", person="p-3", manager="m-1", kind="before",
        day=TODAY, minutes=10,
    )  # fmt: skip
    accessible(opened(URL, firm.users["manager"], mode=mode), f"support-{mode}")
    accessible(opened(LEADERS, firm.users["leader"], mode=mode), f"leaders-support-{mode}")
