"""Pages for administrators: keys made, changed, rotated, withdrawn; retention seen, set and applied."""

import base64
import re
from typing import Any

import pytest
from django.test import Client
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.lrs.local import Sender, a_sender
from tests.xapi.builders import VERB, a_statement

from upshot.web.audit.models import Event
from upshot.web.lrs.models import Credential, RetentionRule, Statement
from upshot.web.lrs.services.credentials import forget
from upshot.web.lrs.services.keys import make_key
from upshot.web.lrs.services.retention import set_rule

pytestmark = pytest.mark.django_db

KEYS, RETENTION = "/o/nordvik/statements/keys/", "/o/nordvik/statements/retention/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    forget()
    return cast.client("administrator")


def hidden(client: Client, path: str, name: str) -> str:
    """The value of a hidden field of a page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', client.get(path).content.decode())
    assert found is not None
    return found[1]


def a_form(client: Client, **more: Any) -> dict[str, Any]:
    usual = {"name": "Course platform", "scopes": ["statements/write", "statements/read/mine"], "trusted": "no"}
    return {**usual, "key": hidden(client, f"{KEYS}new", "key"), **more}


def a_key(client: Client, **more: Any) -> Sender:
    """A sender with a key that was made on the page."""
    return sender_of(client.post(f"{KEYS}new", a_form(client, **more)).content.decode())


def sender_of(text: str) -> Sender:
    key, secret = re.findall(r"<code[^>]*>([0-9a-f]{32,64})</code>", text)
    return Sender(f"Basic {base64.b64encode(f'{key}:{secret}'.encode()).decode()}")


def test_a_key_made_on_the_page_sends_and_shows_when_it_was_used(admin: Client) -> None:
    assert "No key yet." in admin.get(KEYS).content.decode()
    sender = a_key(admin, per_minute="600")
    listed = admin.get(KEYS).content.decode()
    assert "Course platform" in listed
    assert "never" in listed
    assert "600" in listed
    assert sender.post(a_statement()).status_code == 200
    assert Credential.objects.get().last_used is not None
    assert "never" not in admin.get(KEYS).content.decode()
    assert Event.objects.filter(action="key-made").exists()


def test_a_key_that_passes_on_keeps_the_authority_its_statements_name(admin: Client) -> None:
    whose = {"mbox": "mailto:system@example.com", "objectType": "Agent"}
    sender = a_key(admin, scopes=["all"], trusted="yes")
    sender.post(a_statement(authority=whose))
    assert sender.get()["statements"][0]["authority"] == whose


def test_the_same_form_sent_twice_makes_one_key_and_shows_its_secret_once(admin: Client) -> None:
    form = a_form(admin)
    first, second = (admin.post(f"{KEYS}new", form) for _ in range(2))
    assert "shown this once" in first.content.decode()
    assert first["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert second.status_code == 302
    assert Credential.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    ["https://course.example.com/path", "https://[course", "https://me@course.example.com", "course.example.com"],
)
def test_what_is_wrong_is_said_beside_what_was_typed(admin: Client, typed: str) -> None:
    text = admin.post(f"{KEYS}new", a_form(admin, origins=typed, name="Mine")).content.decode()
    assert "An origin is scheme and host, without a path." in text
    assert typed in text
    assert Credential.objects.count() == 0


def test_a_changed_key_does_what_it_is_changed_to(admin: Client) -> None:
    sender = a_key(admin)
    number = Credential.objects.get().pk
    form = {"name": "Reader", "scopes": ["statements/read"], "origins": "https://a.example\nHTTPS://B.example/"}
    assert admin.post(f"{KEYS}{number}/", form).status_code == 302
    assert sender.post(a_statement()).status_code == 403
    answer = sender.send("GET", "statements", headers={"Origin": "https://b.example"})
    assert answer["Access-Control-Allow-Origin"] == "https://b.example"
    other = sender.send("GET", "statements", headers={"Origin": "https://c.example"})
    assert "Access-Control-Allow-Origin" not in other


def test_an_origin_of_one_key_may_ask_beforehand_and_is_not_let_in_with_another(cast: Cast) -> None:
    forget()
    make_key(cast.organisation, name="course", scopes=["all"], origins=["https://course.example.com"])
    other = a_sender(cast.organisation)
    asked = other.send("OPTIONS", "statements", headers={"Origin": "https://course.example.com"})
    assert asked["Access-Control-Allow-Origin"] == "https://course.example.com"
    answer = other.send("GET", "statements", headers={"Origin": "https://course.example.com"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer


def test_a_new_secret_works_beside_the_one_before_and_a_second_click_makes_no_third(admin: Client) -> None:
    old = a_key(admin)
    path = f"{KEYS}{Credential.objects.get().pk}/"
    form = {"overlap": "24", "seen": hidden(admin, path, "seen")}
    assert Credential.objects.get().secret_hash not in admin.get(path).content.decode()
    made = admin.post(f"{path}rotate", form).content.decode()
    assert "The secret before this one works until" in made
    assert [sender.post(a_statement()).status_code for sender in (old, sender_of(made))] == [200, 200]
    assert admin.post(f"{path}rotate", form).status_code == 302
    assert sender_of(made).post(a_statement()).status_code == 200
    again = admin.post(f"{path}rotate", {"overlap": "0", "seen": hidden(admin, path, "seen")}).content.decode()
    assert sender_of(made).post(a_statement()).status_code == 401
    assert sender_of(again).post(a_statement()).status_code == 200


def test_a_withdrawn_key_is_refused_and_cannot_be_changed_back(admin: Client) -> None:
    sender = a_key(admin)
    path = f"{KEYS}{Credential.objects.get().pk}/"
    seen = hidden(admin, path, "seen")
    for _ in range(2):
        assert admin.post(f"{path}withdraw").status_code == 302
    assert sender.post(a_statement()).status_code == 401
    assert admin.post(f"{path}rotate", {"overlap": "0", "seen": seen}).status_code == 302
    assert "It works no longer" in admin.get(path).content.decode()
    assert Event.objects.filter(action="key-withdrawn").count() == 1


def test_keys_of_another_firm_are_not_there(cast: Cast, admin: Client) -> None:
    elsewhere = cast.users["outsider"].memberships.get().organisation
    number = make_key(elsewhere, name="theirs", scopes=["all"]).credential.pk
    assert "theirs" not in admin.get(KEYS).content.decode()
    assert admin.get(f"{KEYS}{number}/").status_code == 404
    assert admin.post(f"{KEYS}{number}/withdraw").status_code == 404


def age(days: int) -> None:
    for stored in Statement.objects.values_list("stored", flat=True):
        Statement.objects.filter(stored=stored).update(stored=stored - days * 86_400_000_000)


def test_what_a_rule_would_remove_is_seen_before_it_is_done(
    cast: Cast, admin: Client, django_capture_on_commit_callbacks: Any
) -> None:
    seen = {"id": "https://example.com/verbs/seen"}
    a_sender(cast.organisation).post([a_statement(), a_statement(verb=seen), a_statement(verb=seen)])
    age(40)
    a_sender(cast.organisation).post(a_statement(verb=seen))
    assert "every statement is kept" in admin.get(RETENTION).content.decode()
    assert admin.post(RETENTION, {"kind": "verb", "value": seen["id"], "days": "30"}).status_code == 302
    assert admin.post(RETENTION, {"kind": "everything", "value": "", "days": "365"}).status_code == 302
    text = admin.get(RETENTION).content.decode()
    assert "Remove 2 statements now" in text
    assert Statement.objects.count() == 4
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(f"{RETENTION}apply").status_code == 302
    assert Statement.objects.count() == 2
    text = admin.get(RETENTION).content.decode()
    assert "Remove" not in text
    rule = RetentionRule.objects.get(kind="verb")
    admin.post(f"{RETENTION}{rule.pk}/delete")
    assert not RetentionRule.objects.filter(kind="verb").exists()
    assert Event.objects.filter(action="retention-applied").exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "verb", "value": "", "days": "30"}, "Write the IRI."),
        ({"kind": "everything", "value": VERB, "days": "30"}, "Leave this empty"),
        ({"kind": "everything", "value": "", "days": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_rule_that_says_nothing_is_not_set(form: dict[str, str], said: str, admin: Client) -> None:
    assert said in admin.post(RETENTION, form).content.decode()
    assert RetentionRule.objects.count() == 0


def test_more_keys_and_rules_ask_the_database_no_more(
    cast: Cast, admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_key(cast.organisation, name=f"system {number}", scopes=["all"])
    with django_assert_max_num_queries(12):
        admin.get(KEYS)


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_pages_pass_axe(cast: Cast, opened: Opener, mode: str, transactional_db: None) -> None:
    made = make_key(cast.organisation, name="Course platform", scopes=["all"], origins=["https://course.example.com"])
    set_rule(cast.organisation, days=30, verb=VERB)
    for path in ("keys/", "keys/new", f"keys/{made.credential.pk}/", "retention/"):
        page = opened(f"/o/nordvik/statements/{path}", cast.users["administrator"], mode=mode)
        accessible(page, f"{path.strip('/').replace('/', '-')}-{mode}")
