"""Forwarding to other stores: from a kept position, in order, with patience, and again from any point on demand."""

import base64
import datetime as dt
import hashlib
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Delivery, Target
from upshot.web.lrs.store.scanning import Stored, statements_after

__all__ = ["Sent", "add_target", "forward", "replay"]

BATCH = 50
_LONGEST_WAIT = dt.timedelta(hours=1)
_TIMEOUT = 30
_REFUSED = frozenset({400, 409, 413, 422})


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one round: statements that arrived, and those the target refused."""

    delivered: int
    set_aside: int


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.SECRET_KEY.encode()).digest()))


def add_target(
    organisation: Organisation, *, name: str, endpoint: str, key: str, secret: str, version: str = "1.0.3"
) -> Target:
    """Forward statements to another store from now on; `replay` sends earlier ones too. The secret is kept encrypted.

    Raises
    ------
    InputError
        When the address is no web address.
    """
    if urlsplit(endpoint).scheme not in ("http", "https"):
        text = "The other store's address must begin with https:// or http://."
        raise InputError(Problem(code="lrs-target", text=text, fix="Write its xAPI endpoint, without /statements."))
    return Target.objects.create(
        organisation=organisation,
        name=name,
        endpoint=endpoint.rstrip("/"),
        key=key,
        secret=_box().encrypt(secret.encode()).decode(),
        version=version,
        position=int(timezone.now().timestamp() * 1_000_000),
    )


def replay(target: Target, *, since: dt.datetime | None = None) -> None:
    """Send everything stored after an instant again, or everything where none is given; a store keeps each once."""
    Target.objects.filter(pk=target.pk).update(
        position=0 if since is None else int(since.timestamp() * 1_000_000),
        failures=0,
        next_try=timezone.now(),
        last_error="",
    )


def forward(target: Target, *, now: dt.datetime | None = None) -> Sent:
    """Send what a target has not got yet, until it has everything or does not answer.

    The position moves only after the target acknowledged, so a crash repeats statements and loses none. A target that
    does not answer is asked again later, twice as late each time. A statement it refuses for good is set aside.
    """
    moment = now or timezone.now()
    delivered = aside = 0
    if not target.active or target.next_try > moment:
        return Sent(0, 0)
    for batch in statements_after(target.organisation_id, target.position, chunk=BATCH):
        try:
            refused = _deliver(target, batch)
        except (OSError, InvalidToken) as error:
            _later(target, moment, error)
            break
        delivered, aside = delivered + len(batch) - refused, aside + refused
        target.position, target.failures, target.last_error = batch[-1].stored, 0, ""
        target.save(update_fields=["position", "failures", "last_error"])
    return Sent(delivered, aside)


def _later(target: Target, moment: dt.datetime, error: Exception) -> None:
    target.failures += 1
    target.next_try = moment + min(_LONGEST_WAIT, dt.timedelta(seconds=5 * 2 ** min(target.failures, 12)))
    target.last_error = f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else type(error).__name__
    target.save(update_fields=["failures", "next_try", "last_error"])


def _deliver(target: Target, batch: list[Stored]) -> int:
    """Send a batch; where it is refused as a whole, each statement by itself. How many were refused."""
    try:
        _post(target, batch)
    except urllib.error.HTTPError as error:
        if error.code not in _REFUSED:
            raise
        if len(batch) > 1:
            return sum(_deliver(target, [one]) for one in batch)
        Delivery.objects.update_or_create(
            target=target, stored=batch[0].stored, defaults={"status": error.code, "at": timezone.now()}
        )
        return 1
    Delivery.objects.filter(target=target, stored__in=[one.stored for one in batch]).delete()
    return 0


def _post(target: Target, batch: list[Stored]) -> None:
    secret = _box().decrypt(target.secret.encode()).decode()
    token = base64.b64encode(f"{target.key}:{secret}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - http and https only, see add_target
        f"{target.endpoint}/statements",
        data=b"[" + b",".join(one.payload for one in batch) + b"]",
        headers={
            "Authorization": f"Basic {token}",
            "Content-Type": "application/json",
            "X-Experience-API-Version": target.version,
        },
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - see above
        answer.read()
