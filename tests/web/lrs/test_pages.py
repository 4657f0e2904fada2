"""The store's pages: who sees them, what they say, and that everybody can use them."""

import pytest
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.lrs.local import a_sender
from tests.xapi.builders import ACTIVITY, ID, a_statement, an_agent

from upshot.web.audit.models import Access, Event
from upshot.web.lrs.services.credentials import forget


@pytest.fixture
def firm(cast: Cast) -> Cast:
    """The firm, with two statements stored and one refused."""
    forget()
    sender = a_sender(cast.organisation)
    named = {"id": ACTIVITY, "definition": {"name": {"en": "Negotiation"}}}
    result = {"success": True, "score": {"scaled": 0.8}}
    sender.post([a_statement(id=ID, object=named, result=result), a_statement(actor=an_agent("bo"))])
    sender.post(a_statement(verb={"id": "Did it"}))
    return cast


def test_statements_are_listed_and_found_by_identifier_and_the_look_is_logged(firm: Cast) -> None:
    client = firm.client("analyst")
    text = client.get("/o/nordvik/statements/").content.decode()
    assert "Negotiation" in text
    assert "passed, 80%" in text
    assert "mailto:bo@example.com" in text
    assert Access.objects.filter(what="statements", people=2).exists()
    found = client.get("/o/nordvik/statements/", {"agent": "mailto:bo@example.com"}).content.decode()
    assert "mailto:ada@example.com" not in found
    nothing = client.get("/o/nordvik/statements/", {"verb": "https://example.com/none"}).content.decode()
    assert "No statement fits." in nothing


def test_one_statement_is_shown_whole(firm: Cast) -> None:
    client = firm.client("administrator")
    text = client.get(f"/o/nordvik/statements/{ID}/").content.decode()
    assert "&quot;scaled&quot;: 0.8" in text
    assert client.get("/o/nordvik/statements/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_page_of_refusals_says_why_and_names_nobody(firm: Cast) -> None:
    text = firm.client("analyst").get("/o/nordvik/statements/refused").content.decode()
    assert "verb.id" in text
    assert "Data 2.4.3" in text
    assert "Did it" not in text
    assert "ada@example.com" not in text


def test_the_export_is_a_table_and_is_logged(firm: Cast) -> None:
    response = firm.client("analyst").get("/o/nordvik/statements/export.csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("id,stored,timestamp,actor")
    assert len(lines) == 3
    assert Event.objects.filter(action="statements-exported").exists()


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_the_pages_pass_axe(firm: Cast, opened: Opener, mode: str, transactional_db: None) -> None:
    for path in ("statements/", f"statements/{ID}/", "statements/refused"):
        page = opened(f"/o/nordvik/{path}", firm.users["analyst"], mode=mode)
        accessible(page, f"{path.strip('/').replace('/', '-')}-{mode}")
