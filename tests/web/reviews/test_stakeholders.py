"""Sponsor, finance and works council: three pages over the same initiatives, and what each is told once a month."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.measures.firms import locked
from tests.web.reviews.firm import a_review, days, decided

from upshot.web.accounts.models import Membership
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Event
from upshot.web.audit.services import record, saw
from upshot.web.lrs.models.governance import RetentionRule
from upshot.web.measures.models import CostLine, Run
from upshot.web.motivation.services.switching import switch_firm
from upshot.web.outbox.models import Message
from upshot.web.plans.models import Function
from upshot.web.plans.promising import sign
from upshot.web.plans.selectors import promise_hash
from upshot.web.plans.services import opened
from upshot.web.reviews.selectors import plan_of, today
from upshot.web.reviews.stakeholders.council import CHANGES, REQUESTS, Look, consultation_of, kept_data
from upshot.web.reviews.stakeholders.financing import Finances, finances_of
from upshot.web.reviews.stakeholders.monthly import due, tell
from upshot.web.reviews.stakeholders.sponsoring import Sponsorship, sponsorship_of

SPONSORS, FINANCE = "/o/nordvik/promises/sponsors/", "/o/nordvik/promises/finance/"
COUNCIL = "/o/nordvik/promises/works-council/"
PAGES = {SPONSORS: "executive", FINANCE: "executive", COUNCIL: "council"}


@pytest.fixture(autouse=True)
def firm(cast: Cast, run_: Run) -> Cast:
    return cast


def sponsorship(cast: Cast, part: str = "executive") -> Sponsorship:
    found = sponsorship_of(cast.viewer(part))
    assert found is not None
    return found


def finances(cast: Cast, part: str = "executive") -> Finances:
    found = finances_of(cast.viewer(part))
    assert found is not None
    return found


def spent(cast: Cast, item: str, amount: str) -> None:
    CostLine.objects.create(
        organisation=cast.organisation, initiative="coaching", item=item, amount=Decimal(amount), day=today(),
        source="Invoice 7", token=uuid4(),
    )  # fmt: skip


def sponsored(cast: Cast) -> None:
    """The plan names the executive as the sponsor of one of two promises."""
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    text = plan.read_text(encoding="utf-8").replace('"id": "later"', '"id": "later", "sponsor": "boss"')
    people = '"owners": {"boss": {"account": "hr:b-1", "role": "Boss"}, "finance": {}}, "objectives":'
    plan.write_text(text.replace('"objectives":', people, 1), encoding="utf-8")
    Membership.objects.filter(user=cast.users["executive"]).update(person="b-1")


def test_a_sponsor_sees_their_own_promises_and_everybody_elses_only_where_none_is_theirs(cast: Cast) -> None:
    found = sponsorship(cast)
    assert (found.named, [row.promise.title for row in found.rows]) == (False, ["Coaching", "Later on"])
    sponsored(cast)
    found = sponsorship(cast)
    assert (found.named, [row.promise.title for row in found.rows]) == (True, ["Later on"])
    assert [one.title for one in found.to_sign] == ["Later on"]


def test_a_sponsor_reads_promise_answer_worth_and_decision(cast: Cast, run_: Run) -> None:
    decided(cast, days(-30), seen=str(run_.pk))
    a_review(cast, days(40))
    (row, _later) = sponsorship(cast).rows
    assert (row.promise.answer, row.promise.grade, row.money) == (run_.sentence, "B", run_.money)
    assert row.decided.startswith("Keep, decided on ")
    assert row.promise.due == days(40)
    assert sponsorship(cast, "council").rows[0].money == "", "the works council sees no money"
    page = cast.client("executive").get(SPONSORS).content.decode()
    assert "EUR" in page
    assert "as promised" in page


def test_what_is_new_is_told_from_the_last_look_on(cast: Cast) -> None:
    locked(cast, at=dt.datetime.now(dt.UTC) - dt.timedelta(days=5))
    assert [one.title for one in sponsorship(cast).changes] == ["Coaching"]
    cast.client("executive").get(SPONSORS)
    Event.objects.filter(action="sponsor-page-seen").update(at=timezone.now() - dt.timedelta(days=2))
    assert sponsorship(cast).changes == ()
    assert [one.title for one in finances(cast).changes] == ["Coaching"], "each page has its own last look"


def test_finance_reads_budget_against_actual_line_by_line(cast: Cast, run_: Run) -> None:
    spent(cast, "Coaches", "2600")
    (one,) = finances(cast).accounts
    assert (one.planned, one.actual, one.difference, one.over) == ("EUR 2,500", "EUR 2,600", "EUR 600", True)
    assert (one.worth, one.grade) == (run_.money, "B")
    assert (finances(cast).entered, finances(cast).entered_sum) == (1, "EUR 2,600")
    page = cast.client("analyst").get(FINANCE).content.decode()
    assert "+EUR 600" in page


def test_finance_sees_what_nobody_agreed_to_and_what_lacks_its_signature(cast: Cast) -> None:
    found = finances(cast)
    assert [(one.kpi, one.amount, one.agreed) for one in found.worths] == [("repeat calls", "EUR 40", True)]
    assert dict(found.to_sign) == {"coaching": "Coaching", "later": "Later on"}
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"agreed_by": "finance", ', ""), encoding="utf-8")
    assert [one.kpi for one in finances(cast).not_agreed] == ["repeat calls"]
    version, document = opened(cast.organisation), plan_of(cast.viewer("executive"))
    assert document is not None
    seen = promise_hash(document.plan, "coaching")
    sign(
        viewer=cast.viewer("executive"), initiative_id="coaching", function=Function.FINANCE, seen=seen, version=version
    )
    assert dict(finances(cast).to_sign) == {"later": "Later on"}


def test_looks_are_counted_by_role_and_purpose_never_by_name(cast: Cast) -> None:
    for _look in range(3):
        saw(cast.viewer("administrator"), "roster", purpose="To find somebody", people=20)
    saw(cast.viewer("manager"), "team Fjord", purpose="Who is where", people=8)
    saw(cast.viewer("other_manager"), "team Dal", purpose="Who is where", people=9)
    found = consultation_of(cast.viewer("council"), on=today())
    assert found.looks == (
        Look("Administrator", "To find somebody", 3, 60),
        Look("Manager", "Who is where", 2, 17),
    )
    page = cast.client("council").get(COUNCIL).content.decode()
    assert "Fjord" not in page
    assert str(cast.users["administrator"]) not in page.replace("Administrator", "")


def test_what_turns_on_the_firm_s_motivation_is_told_to_the_works_council(cast: Cast) -> None:
    switch_firm(viewer=cast.viewer("administrator"), on=True, sentences=3)
    switch_firm(viewer=cast.viewer("administrator"), on=True, sentences=3, beside=True)
    switch_firm(viewer=cast.viewer("administrator"), on=False, sentences=3, beside=True)
    told = [(str(one.label), one.times) for one in consultation_of(cast.viewer("council"), on=today()).changes]
    assert told == [
        ("Motivation by consent was switched on", 1),
        ("Motivation by consent was switched off", 1),
        ("The firm’s settings of motivation changed", 1),
    ]


def test_changed_settings_and_requests_are_told_apart(cast: Cast) -> None:
    viewer = cast.viewer("administrator")
    for action in ("role-granted", "role-granted", "retention-set", "person-erased", "plan-stored"):
        record(viewer, action, "x")
    found = consultation_of(cast.viewer("council"), on=today())
    assert [(one.label, one.times) for one in found.changes] == [
        ("A role was given", 2),
        ("How long statements are kept was set", 1),
    ]
    assert [one.label for one in found.requests] == ["Somebody’s data were erased"]
    assert set(CHANGES) >= REQUESTS


def test_what_is_in_force_is_named(cast: Cast) -> None:
    RetentionRule.objects.create(organisation=cast.organisation, kind="everything", days=900)
    found = consultation_of(cast.viewer("council"), on=today())
    assert found.retention == (("every other statement", 900),)
    assert (found.rules, found.surveys) == ((), ())
    assert dict(found.to_sign) == {"coaching": "Coaching", "later": "Later on"}


def test_every_kept_record_says_what_it_holds_and_until_when() -> None:
    kept = kept_data()
    assert len(kept) > 30
    assert all(one.label and one.held and one.until for one in kept)
    message = " ".join((apps.get_model("outbox.Message").__doc__ or "").split())
    (one,) = [one for one in kept if one.label == "One thing to say to one person, once"]
    assert one.held in message
    assert one.until in message


def test_each_is_told_once_a_month_what_concerns_them(cast: Cast) -> None:
    a_review(cast, days(-3))
    spent(cast, "Coaches", "2600")
    record(cast.viewer("administrator"), "survey-begun", "x")
    for _round in range(2):
        tell(cast.organisation, today())
    said = {(one.person, one.kind): one.context["text"] for one in Message.objects.all()}
    who = {part: f"@{cast.users[part].pk}" for part in ("executive", "leader", "council", "analyst")}
    assert set(said) == {
        (who["executive"], "sponsor-month"),
        (who["executive"], "finance-month"),
        (who["leader"], "sponsor-month"),
        (who["council"], "council-month"),
    }
    assert "Decisions overdue: Coaching." in said[who["executive"], "sponsor-month"]
    assert "Costs more than planned: Coaching." in said[who["executive"], "finance-month"]
    assert "A survey began" in said[who["council"], "council-month"]


def test_the_chore_speaks_in_the_first_week_of_a_month_only(cast: Cast) -> None:
    due(dt.datetime(2026, 11, 8, 9, tzinfo=dt.UTC))
    assert not Message.objects.exists()
    due(dt.datetime(2026, 11, 7, 9, tzinfo=dt.UTC))
    assert Message.objects.filter(kind="council-month").count() == 1


def test_more_initiatives_ask_no_more_queries(cast: Cast) -> None:
    opened(cast.organisation)

    def queries() -> list[int]:
        counts = []
        for url, part in PAGES.items():
            client = cast.client(part)
            client.get(url)
            with CaptureQueriesContext(connection) as found:
                assert client.get(url).status_code == 200
            counts.append(len(found))
        return counts

    before = queries()
    for number in range(10):
        CostLine.objects.create(
            organisation=cast.organisation, initiative="coaching", item=f"Room {number}", amount=Decimal(5),
            day=today(), source="x", token=uuid4(),
        )  # fmt: skip
        record(cast.viewer("administrator"), "role-granted", f"{number}")
    assert queries() == before


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
@pytest.mark.parametrize("url", list(PAGES))
def test_the_pages_are_accessible(url: str, mode: str, cast: Cast, opened: Opener) -> None:
    a_review(cast, days(-3))
    spent(cast, "Coaches", "2600")
    saw(cast.viewer("administrator"), "roster", purpose="To find somebody", people=20)
    record(cast.viewer("administrator"), "survey-begun", "x")
    accessible(opened(url, cast.users[PAGES[url]], mode=mode), f"{url.split('/')[-2]}-{mode}")
