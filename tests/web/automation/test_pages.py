"""Pages of rules: the list, the form, the document, the trial, the question before very many, versions."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.automation.builders import JOINERS, a_firm, hire
from tests.web.automation.test_running import WAVES, move_wave
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast

from upshot.web.accounts.viewer import workspace_of
from upshot.web.automation.models import Occurrence, RuleState, RuleVersion

FORM = {
    "title": "Greet whoever joins",
    "event": "joiner",
    "days": "3",
    "side": "after",
    "audience": "role = 'adviser'",
    "site": "Bergen, Oslo",
    "act": "message",
    "to": "person",
    "heading": "Good that you are here",
    "text": "Your path is ready.",
    "at_most": "50",
    "active": "on",
}


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return a_firm(cast, tmp_path)


def kept(firm: Cast, text: str = JOINERS) -> None:
    RuleVersion.objects.create(organisation=firm.organisation, number=1, text=text, author=firm.users["leader"])


def test_a_rule_written_in_the_form_becomes_text_and_can_be_changed_there(firm: Cast) -> None:
    client = firm.client("leader")
    assert "Nothing yet." in client.get("/o/nordvik/rules/").content.decode()
    reply = client.post("/o/nordvik/rules/new/", FORM)
    assert reply.headers["Location"] == "/o/nordvik/rules/of/greet-whoever-joins/"
    text = RuleVersion.objects.get().text
    assert "when: {event: joiner, after: 3d}" in text
    assert "site: [Bergen, Oslo]" in text
    page = client.get("/o/nordvik/rules/").content.decode()
    assert "When somebody joins the firm, 3 days later, for role = &#x27;adviser&#x27;; Bergen, Oslo:" in page
    edit = "/o/nordvik/rules/of/greet-whoever-joins/edit/"
    assert "Your path is ready." in client.get(edit).content.decode()
    client.post(edit, {**FORM, "text": "Look around first.", "base": "1"})
    assert RuleVersion.objects.filter(number=2).exists()
    stale = client.post(edit, {**FORM, "text": "Too late.", "base": "1"})
    assert "Somebody kept other rules while you wrote." in stale.content.decode()
    client.post("/o/nordvik/rules/of/greet-whoever-joins/remove/")
    assert "Nothing yet." in client.get("/o/nordvik/rules/").content.decode()
    assert RuleVersion.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"audience": "role = "}, "id_audience"),
        ({"audience": "rolle = 'x'"}, "is not a field of people"),
        ({"heading": ""}, "Write what is said."),
        ({"text": "{wages}"}, "Nothing fills {wages} here."),
        ({"act": "enrol"}, "Choose an initiative."),
        ({"act": "invite"}, "Only the start of a wave"),
        ({"event": "data-late", "to": "manager"}, "so there is no manager"),
        ({"at_most": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    firm: Cast, wrong: dict[str, str], said: str
) -> None:
    page = firm.client("leader").post("/o/nordvik/rules/new/", {**FORM, **wrong}).content.decode()
    assert said in page
    assert "Greet whoever joins" in page
    assert not RuleVersion.objects.exists()


def test_the_document_says_everything_that_is_wrong_with_its_line_and_keeps_the_text(firm: Cast) -> None:
    client = firm.client("leader")
    bad = JOINERS.replace("event: joiner", "event: joinr").replace("{day}", "{wages}")
    page = client.post("/o/nordvik/rules/document/", {"text": bad, "base": "0"}).content.decode()
    assert "Line 5:" in page
    assert "Line 8:" in page
    assert "joinr" in page
    assert not RuleVersion.objects.exists()
    client.post("/o/nordvik/rules/document/", {"text": JOINERS, "base": "0", "note": "First"})
    page = client.get("/o/nordvik/rules/versions/").content.decode()
    assert "Version 1" in page
    assert "First" in page
    assert "Greet whoever joins" in client.get("/o/nordvik/rules/versions/1/").content.decode()


def test_very_many_people_are_asked_about_before_a_rule_is_kept(firm: Cast) -> None:
    move_wave(firm, "2099-01-05", (timezone.localdate() + dt.timedelta(days=14)).isoformat())
    client = firm.client("leader")
    reply = client.post("/o/nordvik/rules/document/", {"text": WAVES, "base": "0"}).content.decode()
    assert "would reach 20 of 32 people" in reply
    assert 'name="agreed" value="20"' in reply
    assert not RuleVersion.objects.exists()
    client.post("/o/nordvik/rules/document/", {"text": WAVES, "base": "0", "agreed": "20"})
    assert RuleVersion.objects.count() == 1


def test_a_rule_shows_what_it_would_have_done_and_what_it_did_by_count(firm: Cast, tmp_path: Path) -> None:
    kept(firm)
    hire(firm, tmp_path, (timezone.localdate() - dt.timedelta(days=3)).isoformat(), 1, 2)
    Occurrence.objects.create(
        organisation=firm.organisation, rule="greet", key="x", person="p-7", day=timezone.localdate(), messages=2
    )
    page = firm.client("leader").get("/o/nordvik/rules/of/greet/").content.decode()
    assert "Good that you are here" in page
    assert "of 34 who work here" in page
    assert "p-7" not in page
    assert "new-1" not in page


def test_a_rule_that_stopped_is_let_go_on_from_its_page(firm: Cast) -> None:
    kept(firm)
    client = firm.client("leader")
    client.get("/o/nordvik/rules/of/greet/")
    client.post("/o/nordvik/rules/of/greet/decide/", {"choice": "go-on"})
    RuleState.objects.update(held=300)
    assert "It stopped: it would reach 300 people" in client.get("/o/nordvik/rules/of/greet/").content.decode()
    client.post("/o/nordvik/rules/of/greet/decide/", {"choice": "go-on"})
    state = RuleState.objects.get()
    assert (state.held, state.allowed) == (None, 300)


def test_a_rule_with_more_than_the_form_holds_is_changed_in_the_document(firm: Cast) -> None:
    kept(firm)
    reply = firm.client("leader").get("/o/nordvik/rules/of/greet/edit/")
    assert reply.headers["Location"] == "/o/nordvik/rules/document/"


def test_rules_that_no_longer_load_say_so_on_their_page(firm: Cast) -> None:
    kept(firm, JOINERS.replace("event: joiner", "event: overdue, initiative: gone"))
    page = firm.client("leader").get("/o/nordvik/rules/").content.decode()
    assert "The rules do not run" in page
    assert "Line 5:" in page


def test_the_list_asks_as_often_for_thirty_rules_as_for_three(firm: Cast) -> None:
    counted = []
    one = JOINERS.split("rules:\n")[1]
    for number, count in enumerate((3, 30), 1):
        text = "format: upshot-rules/1\nrules:\n" + "".join(
            one.replace("id: greet", f"id: r{at}") for at in range(count)
        )
        RuleVersion.objects.create(organisation=firm.organisation, number=number, text=text)
        client = firm.client("leader")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/o/nordvik/rules/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_a_firm_without_a_plan_is_told_what_comes_first(cast: Cast) -> None:
    (workspace_of(cast.organisation).root / "plan.yaml").unlink()
    page = cast.client("leader").get("/o/nordvik/rules/").content.decode()
    assert "There is no plan that loads yet." in page
    assert cast.client("leader").get("/o/nordvik/rules/new/").status_code == 404


@pytest.mark.parametrize("mode", list(MODES))
def test_the_pages_are_accessible(transactional_db: None, firm: Cast, opened: Opener, mode: str) -> None:
    kept(firm)
    RuleState.objects.create(
        organisation=firm.organisation, rule="greet", digest="x", since=timezone.localdate(), held=None
    )
    for name in ("", "of/greet/", "new/", "document/", "versions/", "versions/1/"):
        page = opened(f"/o/nordvik/rules/{name}", firm.users["leader"], mode=mode)
        assert not page.get_by_text("Something went wrong").is_visible(), name
        accessible(page, f"rules-{name.strip('/').replace('/', '-') or 'list'}-{mode}")
