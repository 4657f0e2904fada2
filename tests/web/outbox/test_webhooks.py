"""Slack and Teams through a real web server: taken, hanging, failing, asking for patience; addresses stay secret."""

import datetime as dt
import json
import logging

import pytest
from pytest_django.fixtures import Settings
from tests.web.cast import Cast
from tests.web.outbox.builders import MONDAY, a_message, later, run
from tests.web.outbox.receivers import Receiver, a_receiver

from upshot.errors import InputError
from upshot.web.outbox import webhooks
from upshot.web.outbox.carriers import Failure
from upshot.web.outbox.keeping import add_channel, retry
from upshot.web.outbox.models import Carrier, Channel, Delivery, Message, Preference
from upshot.web.outbox.recipients import of_channel
from upshot.web.outbox.sealing import opened, sealed

SLACK = "https://hooks.slack.com/services/T0000000/B0000000/sssssssssssssssssssssss1"
TEAMS = (
    "https://prod-15.westeurope.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A"
)


def listens(cast: Cast, receiver: Receiver, carrier: str = Carrier.TEAMS) -> None:
    Preference.objects.create(
        organisation=cast.organisation, person="p-1", carrier=carrier, webhook=sealed(receiver.url)
    )


def test_teams_gets_an_adaptive_card_with_a_button(cast: Cast) -> None:
    with a_receiver() as receiver:
        listens(cast, receiver)
        a_message(cast.organisation, link="/o/nordvik/learn/")
        assert run(cast.organisation, later(hours=1)).sent == 1
    said = json.loads(receiver.bodies[0])
    card = said["attachments"][0]["content"]
    assert said["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert [block["text"] for block in card["body"]] == ["Note a", "Tea is at three.", "You asked for it."]
    button = card["actions"][0]
    assert (button["type"], button["title"]) == ("Action.OpenUrl", "Open it")
    assert button["url"].endswith("/o/nordvik/learn/")


def test_no_link_hides_behind_other_words_in_a_card_of_teams(cast: Cast) -> None:
    with a_receiver() as receiver:
        listens(cast, receiver)
        hidden = {"heading": "[Sign in](https://x.example)", "text": "[here](https://x.example)"}
        a_message(cast.organisation, context=hidden)
        assert run(cast.organisation, later(hours=1)).sent == 1
    assert "[" not in "".join(
        block["text"] for block in json.loads(receiver.bodies[0])["attachments"][0]["content"]["body"]
    )


def test_slack_gets_blocks_in_which_nobody_is_mentioned(cast: Cast) -> None:
    with a_receiver() as receiver:
        listens(cast, receiver, Carrier.SLACK)
        a_message(cast.organisation, context={"heading": "<!channel> now", "text": "<https://x|click>"})
        assert run(cast.organisation, later(hours=1)).sent == 1
    said = json.loads(receiver.bodies[0])
    assert said["blocks"][0]["text"]["text"] == "*&lt;!channel&gt; now*\n&lt;https://x|click&gt;"
    assert said["text"] == "&lt;!channel&gt; now"


def test_a_receiver_that_hangs_is_left_and_not_waited_for_twice_in_a_round() -> None:
    courier = webhooks.Courier(timeout=0.1)
    with a_receiver() as receiver:
        receiver.hangs = 0.5
        for _message in range(3):
            with pytest.raises(Failure, match="no answer in time") as caught:
                courier.post(receiver.url, {"text": "hello"})
            assert not caught.value.lasting
        assert len(receiver.bodies) == 1
        receiver.hangs = 0
        webhooks.Courier(timeout=5).post(receiver.url, {"text": "hello"})
    assert len(receiver.bodies) == 2


@pytest.mark.parametrize(
    ("status", "headers", "expected", "minutes"),
    [
        (500, {}, "HTTP 500", 5),
        (429, {"Retry-After": "1800"}, "HTTP 429", 30),
        (503, {"Retry-After": "not a date"}, "HTTP 503", 5),
    ],
)
def test_a_receiver_that_fails_for_now_is_tried_again_when_it_asks_for_it(
    cast: Cast, status: int, headers: dict[str, str], expected: str, minutes: int
) -> None:
    with a_receiver() as receiver:
        receiver.status, receiver.headers = status, headers
        listens(cast, receiver)
        a_message(cast.organisation)
        now = later(hours=1)
        assert run(cast.organisation, now).again == 1
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.error) == ("retry", expected)
        assert delivery.next_try == now + dt.timedelta(minutes=minutes)
        receiver.status = 202
        assert run(cast.organisation, delivery.next_try).sent == 1
    assert len(receiver.bodies) == 2


def test_a_date_in_retry_after_is_understood() -> None:
    with a_receiver() as receiver:
        receiver.status = 429
        receiver.headers = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
        with pytest.raises(Failure) as caught:
            webhooks.post(receiver.url, {})
    assert caught.value.after == 0.0


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410])
def test_an_address_that_is_gone_or_leads_elsewhere_is_set_aside_and_can_be_tried_again(
    cast: Cast, status: int
) -> None:
    with a_receiver() as receiver:
        receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:1/"}
        listens(cast, receiver)
        a_message(cast.organisation)
        assert run(cast.organisation, later(hours=1)).dead == 1
        assert Delivery.objects.get().error == f"HTTP {status}"
        receiver.status = 200
        assert retry(viewer=cast.viewer("administrator")) == 1
        Delivery.objects.update(next_try=MONDAY)
        assert run(cast.organisation, later(hours=2)).sent == 1


def test_a_receiver_that_is_not_there_is_tried_again(cast: Cast) -> None:
    with a_receiver() as receiver:
        listens(cast, receiver)
    a_message(cast.organisation)
    assert run(cast.organisation, later(hours=1)).again == 1
    assert Delivery.objects.get().error == "no connection"


def test_a_calendar_entry_goes_by_mail_since_a_card_carries_none(cast: Cast, mailoutbox: list[object]) -> None:
    with a_receiver() as receiver:
        listens(cast, receiver)
        kept = {"uid": "u", "title": "T", "start": "2026-03-10", "end": None, "sequence": 0, "text": "", "place": ""}
        a_message(cast.organisation, invitation={**kept, "cancelled": False})
        assert run(cast.organisation, later(hours=1)).sent == 1
    assert not receiver.bodies
    assert len(mailoutbox) == 1


def test_a_shared_channel_gets_notices_within_the_firms_hours(cast: Cast) -> None:
    with a_receiver() as receiver:
        channel = Channel.objects.create(
            organisation=cast.organisation, name="learning", carrier=Carrier.SLACK, webhook=sealed(receiver.url)
        )
        a_message(cast.organisation, of_channel(channel))
        assert run(cast.organisation, later(hours=12)).sent == 0
        assert run(cast.organisation, later(hours=23)).sent == 1
    assert len(receiver.bodies) == 1
    assert Message.objects.get().state == Message.State.SENT


@pytest.mark.parametrize(("carrier", "address"), [(Carrier.SLACK, SLACK), (Carrier.TEAMS, TEAMS)])
def test_an_address_is_recognised_kept_encrypted_and_never_logged(
    cast: Cast, carrier: str, address: str, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    with caplog.at_level(logging.DEBUG):
        channel = add_channel(viewer=cast.viewer("administrator"), name="x", carrier=carrier, webhook=address)
    assert address not in channel.webhook
    assert opened(channel.webhook) == address
    assert "sig=" not in caplog.text
    assert "sssssss" not in caplog.text
    settings.SECRET_KEY = "another one altogether, long enough to be a secret"
    with pytest.raises(InputError, match="another secret"):
        opened(channel.webhook)


@pytest.mark.parametrize("carrier", [Carrier.SLACK, Carrier.TEAMS])
@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/services/T0000000/B0000000/sssssssssssssssssssssss1",
        "https://hooks.slack.com.evil.example/services/T0000000/B0000000/sssssssssssssssssssssss1",
        "https://user@hooks.slack.com/services/T0000000/B0000000/sssssssssssssssssssssss1",
        "https://127.0.0.1/workflows/643e69f83c8944/triggers/manual/paths/invoke?sig=a",
        "https://evil.example/workflows/643e69f83c8944/triggers/manual/paths/invoke?sig=a&x=.logic.azure.com",
        "file:///etc/passwd",
        "nonsense",
        "https://[hooks.slack.com/services/T0000000/B0000000/sssssssssssssssssssssss1",
    ],
)
def test_an_address_of_anybody_else_is_refused_and_not_repeated(carrier: str, address: str) -> None:
    with pytest.raises(InputError) as caught:
        webhooks.recognise(carrier, address)
    assert address not in str(caught.value)
