"""Slack and Teams: recognise an address, make the card, post it; what the receiver said is never the address.

Apprise recognises addresses and makes Teams' card. Posting is done here, since Apprise keeps to itself what the
receiver answered and how long it asked us to wait.
"""

import email.utils
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.outbox.carriers import Carried, Failure
from upshot.web.outbox.composing import Letter
from upshot.web.outbox.models import Carrier

__all__ = ["TIMEOUT", "Courier", "card_of", "post", "recognise"]

TIMEOUT = 10.0
"""Seconds a receiver has to answer."""

_HOSTS = {
    Carrier.SLACK: ("hooks.slack.com", "hooks.slack-gov.com"),
    Carrier.TEAMS: (
        ".logic.azure.com",
        ".logic.azure.us",
        ".api.powerplatform.com",
        ".api.gov.powerplatform.microsoft.us",
    ),
}
_LASTING = frozenset({400, 401, 403, 404, 405, 410, 413})
_CARD = 25_000
"""Characters of a card that are sent: Teams takes 28 kB."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An address of Slack or Teams leads nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def recognise(carrier: str, address: str) -> str:
    """An address as it is kept, if it is one of Slack's or Teams' own.

    Raises
    ------
    InputError
        If it is not; the address itself is not repeated.
    """
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.workflows import NotifyWorkflows

    slack, teams = NotifySlack.parse_native_url, NotifyWorkflows.parse_native_url
    parse: Callable[[str], Any] = slack if carrier == Carrier.SLACK else teams
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        raise InputError(_unknown(carrier)) from None
    host = (parts.hostname or "").lower()
    known = any(host == end or (end.startswith(".") and host.endswith(end)) for end in _HOSTS[Carrier(carrier)])
    if parts.scheme != "https" or not known or parts.username or parse(address.strip()) is None:
        raise InputError(_unknown(carrier))
    return address.strip()


def _unknown(carrier: str) -> Problem:
    if carrier == Carrier.SLACK:
        return Problem(
            code="not-slack",
            text=_("This is not the address of an incoming webhook of Slack."),
            fix=_("It begins with https://hooks.slack.com/services/; copy all of it."),
            column="webhook",
        )
    return Problem(
        code="not-teams",
        text=_("This is not the address of a workflow of Teams that waits for a webhook."),
        fix=_(
            "In Teams: Workflows, for a webhook request; copy the whole address, with what follows the question mark."
        ),
        column="webhook",
    )


def card_of(carrier: str, letter: Letter) -> dict[str, Any]:
    """A letter as Slack or Teams takes it: words, and a button a message."""
    return _slack(letter) if carrier == Carrier.SLACK else _teams(letter)


def _slack(letter: Letter) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for item in letter.items:
        words = f"*{_plain(item.heading)}*\n{_plain(item.text)}"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": words[:2900]}})
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": _plain(item.why)[:1900]}]})
        if item.action:
            button = {"type": "button", "text": {"type": "plain_text", "text": item.action[:75]}, "url": item.url}
            blocks.append({"type": "actions", "elements": [button]})
    return {"text": _plain(letter.subject), "blocks": blocks[:50]}


def _plain(text: str) -> str:
    """Letters that mean something to Slack (links, mentions of everybody) as letters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(letter: Letter) -> dict[str, Any]:
    from apprise.plugins.workflows import NotifyWorkflows

    plugin: Any = NotifyWorkflows
    made: dict[str, Any] = plugin(workflow="card", signature="card", host="localhost", include_image=False).gen_payload(
        body="", title=_quiet(letter.subject)
    )
    card = made["attachments"][0]["content"]
    card["body"] = [block for block in card["body"] if block["id"] == "title"]
    card["body"][0]["wrap"] = True
    for item in letter.items:
        if len(json.dumps(card)) > _CARD:
            break
        card["body"] += _blocks(item.heading, item.text, item.why, alone=len(letter.items) == 1)
    card["actions"] = [
        {"type": "Action.OpenUrl", "title": item.action, "url": item.url} for item in letter.items if item.action
    ][:6]
    return made


def _blocks(heading: str, text: str, why: str, *, alone: bool) -> list[dict[str, Any]]:
    title = {"type": "TextBlock", "text": _quiet(heading), "weight": "Bolder", "wrap": True, "spacing": "Medium"}
    rest = [
        {"type": "TextBlock", "text": _quiet(text), "wrap": True},
        {"type": "TextBlock", "text": _quiet(why), "wrap": True, "isSubtle": True, "size": "Small"},
    ]
    return rest if alone else [title, *rest]


def _quiet(text: str) -> str:
    """Words without Markdown of Teams' own: no link hides behind other words, nobody is mentioned."""
    return text.replace("[", "(").replace("]", ")").replace("<at>", "").replace("</at>", "")


def post(address: str, card: dict[str, Any], *, timeout: float = TIMEOUT) -> Carried:
    """Hand a card over.

    Raises
    ------
    Failure
        If the receiver does not take it or does not answer.
    """
    request = urllib.request.Request(  # noqa: S310 - https only, see recognise
        address, data=json.dumps(card).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with _OPENER.open(request, timeout=timeout):
            return Carried()
    except urllib.error.HTTPError as error:
        with error:
            raise Failure(
                f"HTTP {error.code}", lasting=error.code in _LASTING or 300 <= error.code < 400, after=_after(error)
            ) from None
    except TimeoutError:
        raise Failure(_("no answer in time"), silent=True) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failure(_reason(error), silent=True) from None


class Courier:
    """The posts of one round: whoever did not answer once is not waited for again, so that one cannot hold up all."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._silent: set[str] = set()

    def post(self, address: str, card: dict[str, Any]) -> Carried:
        """Hand a card over.

        Raises
        ------
        Failure
            As `post`; at once where the same host was silent before.
        """
        host = urlsplit(address).netloc
        if host in self._silent:
            raise Failure(_("no answer in time"), silent=True)
        try:
            return post(address, card, timeout=self._timeout)
        except Failure as failure:
            if failure.silent:
                self._silent.add(host)
            raise


def _reason(error: Exception) -> str:
    """What went wrong by its kind: the text of the error may hold the address."""
    cause = getattr(error, "reason", None)
    if isinstance(cause, TimeoutError):
        return _("no answer in time")
    return _("no connection")


def _after(error: urllib.error.HTTPError) -> float | None:
    """Seconds of a Retry-After header: a number, or a date."""
    said = error.headers.get("Retry-After", "")
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
