"""The pages through Django's client: what they show, store, refuse and keep."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN, a_version, changed, locked, signed

from upshot.web.ledger.models import Entry
from upshot.web.plans.models import Comment, Draft, PromiseLock, Version
from upshot.web.plans.selectors import current_document


def url(name: str, **more: object) -> str:
    return reverse(name, kwargs={"org": "nordvik", **more})


@pytest.fixture
def leader(cast: Cast) -> Client:
    a_version(cast)
    return cast.client("leader")


PAGES = [
    ("objectives", {}),
    ("objective-new", {}),
    ("objective", {"key": "calm"}),
    ("objective-edit", {"key": "calm"}),
    ("kpis", {}),
    ("kpi-new", {}),
    ("kpi-edit", {"key": "complaints"}),
    ("plan", {}),
    ("plan-document", {}),
    ("plan-file", {}),
    ("plan-versions", {}),
    ("plan-version", {"number": 1}),
    ("initiative-new", {}),
    ("promise", {"key": "listen"}),
    ("promise", {"key": "speak"}),
    *(
        ("initiative-edit", {"key": "listen", "section": name})
        for name in ("goal", "diagnosis", "effect", "people", "waves", "costs", "managers", "reviews")
    ),
    ("visibility", {"key": "listen"}),
    ("rollout", {"key": "listen"}),
]


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_every_page_opens_with_one_question(leader: Client, name: str, more: dict[str, object]) -> None:
    body = leader.get(url(name, **more)).content.decode()
    assert body.count("<h1") == 1


def test_a_workspace_whose_plan_does_not_load_says_why_and_opens_the_document(cast: Cast, home) -> None:
    (home / "nordvik" / "plan.yaml").write_text("objectives: [{id: a, statement: b}]\nkpis: 3\n", encoding="utf-8")
    client = cast.client("leader")
    assert "Line 2" in client.get(url("plan")).content.decode()
    assert "kpis: 3" in client.get(url("plan-document")).content.decode()
    client.post(url("plan-document"), {"text": PLAN, "base": "0"})
    assert current_document(cast.organisation).text == PLAN


def test_names_with_markup_are_shown_as_text(cast: Cast) -> None:
    a_version(cast, PLAN.replace("title: Listening", 'title: "<script>alert(1)</script>"'))
    for name, more in (("plan", {}), ("promise", {"key": "listen"}), ("objectives", {})):
        body = cast.client("leader").get(url(name, **more)).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert" in body


def test_a_document_with_errors_is_kept_and_every_line_is_told(cast: Cast, leader: Client) -> None:
    wrong = PLAN.replace("serves: [calm]\n    owner", "serves: [clam]\n    ovner")
    body = leader.post(url("plan-document"), {"text": wrong.replace("\n", "\r\n"), "base": "1"}).content.decode()
    assert "serves: [clam]" in body
    assert "Did you mean &#x27;calm&#x27;?" in body
    assert "There is no key &#x27;ovner&#x27; here." in body
    assert Version.objects.count() == 1
    assert Draft.objects.get().text == wrong
    assert "serves: [clam]" in leader.get(url("plan-document")).content.decode()


def test_what_is_typed_is_checked_and_kept_without_being_stored(leader: Client) -> None:
    body = leader.post(url("plan-check"), {"text": PLAN.replace("[calm]", "[clam]", 1), "base": "1"}).content.decode()
    assert "clam" in body
    assert Draft.objects.count() == 1
    assert Version.objects.count() == 1


def test_two_editors_the_second_sees_the_difference_and_chooses(cast: Cast, leader: Client) -> None:
    changed(cast, "effect: -3", "effect: -4", part="analyst")
    mine = PLAN.replace("effect: -3", "effect: -2").replace("title: Speaking", "title: Speaking slowly")
    reply = leader.post(url("plan-document"), {"text": mine, "base": "1", "note": "Less"}, follow=True)
    body = reply.content.decode()
    assert reply.redirect_chain[-1][0] == url("plan-merge")
    assert "effect: -2" in body
    assert "effect: -4" in body
    assert Version.objects.count() == 2
    unsure = leader.post(url("plan-merge"), {"onto": "2"}).content.decode()
    assert "Please choose" in unsure
    [at] = [part.split('"')[0] for part in body.split('id="chunk-')[1:]]
    stale = leader.post(url("plan-merge"), {"onto": "1", f"chunk-{at}": "mine"}).content.decode()
    assert "once more" in stale
    leader.post(url("plan-merge"), {"onto": "2", f"chunk-{at}": "theirs"})
    text = Version.objects.get(number=3).text
    assert text == PLAN.replace("effect: -3", "effect: -4").replace("title: Speaking", "title: Speaking slowly")
    assert not Draft.objects.exists()


def test_two_forms_at_once_end_in_the_same_choice(cast: Cast, leader: Client) -> None:
    page = leader.get(url("objective-edit", key="calm"))
    form = page.context["form"]
    data = {bound.html_name: bound.value() or "" for bound in form.fields}
    data |= {bound.html_name: bound.value() for bound in form.rows.management_form}
    for row in form.rows.forms:
        data |= {bound.html_name: bound.value() or "" for bound in row if bound.name != "DELETE"}
    changed(cast, "Customers leave calmer than they came", "Customers leave happy", part="analyst")
    reply = leader.post(url("objective-edit", key="calm"), {**data, "base": "1", "statement": "Customers leave calm"})
    assert reply["Location"] == url("plan-merge")
    assert "Customers leave happy" in Version.objects.get(number=2).text
    assert "Customers leave calm\n" in Draft.objects.get().text


def test_an_objective_a_kpi_from_a_template_and_an_initiative_are_added(cast: Cast, leader: Client) -> None:
    filled = leader.get(url("kpi-new") + "?template=conversion").context["form"]
    data = {bound.name: bound.value() or "" for bound in filled}
    leader.post(url("kpi-new"), data)
    kpi = current_document(cast.organisation).plan.kpi("conversion")
    assert (kpi.type, kpi.unit, kpi.direction, kpi.numerator) == ("ratio", "proportion", "up", "accepted_offers")
    assert kpi.definition
    leader.post(
        url("objective-new"),
        {
            "base": "2",
            "statement": "More offers are accepted",
            "kpi": "conversion",
            "target": "0.3",
            "by": "2030-12-31",
        },
    )
    goal = {
        "base": "3",
        "title": "Needs first",
        "objective": "more-offers-are-accepted",
        "observed": "One in five asks",
        "because": ["skill"],
        "verdict": "training",
        "kpi": "conversion",
        "moves": "rise",
        "amount": "0.02",
        "by": "2030-06-30",
        "who": "adviser",
        "action": "Asks for the second need",
        "seen_by": "lead",
        "smallest": "0.01",
    }
    missing = leader.post(url("initiative-new"), {**goal, "kpi": "", "action": ""}).content.decode()
    assert missing.count("The goal needs this.") == 4
    assert "One in five asks" in missing
    assert leader.post(url("initiative-new"), goal)["Location"] == url("promise", key="needs-first")
    plan = current_document(cast.organisation).plan
    assert plan.objective("more-offers-are-accepted").key_results[0].target == 0.3
    made = plan.initiative("needs-first")
    assert (made.expected[0].effect, str(made.audience.where)) == (0.02, "role = 'adviser'")
    assert "# agreed in March" in current_document(cast.organisation).text
    body = leader.get(url("promise", key="needs-first")).content.decode()
    assert "will rise by 2 points by 30 June 2030" in body


def test_a_gap_leads_to_the_form_that_closes_it_and_the_document_names_the_line(cast: Cast, leader: Client) -> None:
    changed(cast, "    design: {assign: random-by-team, seed: 7}\n", "")
    promise = leader.get(url("promise", key="listen")).content.decode()
    assert f'href="{url("initiative-edit", key="listen", section="waves")}">Change it under' in promise
    assert "· initiatives[listen]" not in promise
    assert "· initiatives[listen].design" in leader.get(url("plan-document")).content.decode()


def test_a_diagnosis_that_ends_without_training_is_credited(cast: Cast, leader: Client) -> None:
    data = {"base": "1", "title": "Deal desk", "objective": "calm", "observed": "Discounts", "verdict": "no-training"}
    refused = leader.post(url("initiative-new"), {**data, "because": ["environment"]}).content.decode()
    assert "Say what changes instead." in refused
    done = leader.post(
        url("initiative-new"), {**data, "because": ["environment"], "not_training": "A limit in the tool"}, follow=True
    ).content.decode()
    assert "Well done." in done
    assert not current_document(cast.organisation).plan.initiative("deal-desk").is_training


def test_a_kpi_in_use_is_not_taken_out_and_an_initiative_is(cast: Cast, leader: Client) -> None:
    body = leader.post(url("plan-part-remove", kind="kpis", key="complaints"), follow=True).content.decode()
    assert "&#x27;complaints&#x27; is not in kpis." in body
    leader.post(url("plan-part-remove", kind="initiatives", key="speak"))
    assert [item.id for item in current_document(cast.organisation).plan.initiatives] == ["listen"]
    leader.post(url("plan-restore", number=1), {"base": "2"})
    assert current_document(cast.organisation).text == PLAN


def test_signing_and_locking_through_the_pages(cast: Cast, leader: Client) -> None:
    digest = leader.get(url("promise", key="listen")).context["digest"]
    refused = leader.post(url("promise-lock", key="listen"), {"seen": digest})
    assert refused.status_code == 409
    assert refused.content.decode().count("has not signed.") >= 3
    for part, function in (("leader", "sponsor"), ("executive", "finance"), ("council", "works council")):
        reply = cast.client(part).post(url("promise-sign", key="listen"), {"function": function, "seen": digest})
        assert reply.status_code == 302
    for _ in range(2):
        assert leader.post(url("promise-lock", key="listen"), {"seen": digest}).status_code == 302
    assert PromiseLock.objects.get().initiative == "listen"
    assert Entry.objects.count() == 1
    changed(cast, "effect: -3", "effect: -4")
    assert "initiatives[listen].expected[0].effect" in leader.get(url("promise", key="listen")).content.decode()
    empty = leader.post(url("promise-amend", key="listen"), {"reason": " "}).content.decode()
    assert "This field is required." in empty
    leader.post(url("promise-amend", key="listen"), {"reason": "Finance expects more"})
    assert Entry.objects.count() == 2
    assert "Finance expects more" in leader.get(url("promise", key="listen")).content.decode()


def test_a_tampered_lock_is_said_on_the_page(cast: Cast, leader: Client) -> None:
    row = locked(cast, Version.objects.get())
    PromiseLock.objects.filter(pk=row.pk).update(baseline={"complaints": 1.0})
    assert "does not match the ledger" in leader.get(url("promise", key="listen")).content.decode()


def test_comments_are_written_beside_the_promise(cast: Cast, leader: Client) -> None:
    page = url("promise", key="listen")
    council = cast.client("council")
    council.post(url("plan-comment", number=1), {"text": "Too early", "anchor": "initiatives[listen]", "next": page})
    assert "Too early" in leader.get(page).content.decode()
    reply = leader.post(
        url("plan-comment-settle", number=Comment.objects.get().pk), {"next": "https://elsewhere.example/"}
    )
    assert reply["Location"] == url("plan-version", number=1)


def test_the_versions_page_asks_the_database_as_often_for_thirty_as_for_three(cast: Cast, leader: Client) -> None:
    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            leader.get(url("plan-versions"))
        return len(seen)

    for number in range(2):
        changed(cast, f"effect: -{3 + number}", f"effect: -{4 + number}")
    few = asked()
    for number in range(2, 27):
        changed(cast, f"effect: -{3 + number},", f"effect: -{4 + number},")
    assert asked() == few


def test_signatures_lapse_visibly_when_the_wording_changes(cast: Cast, leader: Client) -> None:
    signed(cast, Version.objects.get())
    changed(cast, "effect: -3", "effect: -4")
    assert leader.get(url("promise", key="listen")).content.decode().count("Signed an earlier wording") == 3
