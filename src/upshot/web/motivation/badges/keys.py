"""Keys that sign badges: made when the first badge is taken, sealed at rest, changed by hand, published for good."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from joserfc.jwk import RSAKey

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.motivation.badges.addresses import key_address
from upshot.web.motivation.models import SigningKey
from upshot.web.outbox.sealing import opened, sealed

__all__ = ["change_key", "keep_key", "key_in_use", "private_of"]

BITS = 2048
_PURPOSE = b"upshot badge keys"


def key_in_use(organisation: Organisation) -> SigningKey:
    """The key that signs today; made where there is none. Call it within a transaction."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    found = SigningKey.objects.filter(organisation=organisation, retired=None).first()
    return found or keep_key(organisation, _fresh())


@transaction.atomic
def change_key(*, viewer: Viewer) -> SigningKey:
    """Sign with a new key from now on; the one before stays published, and what it signed stays valid."""
    viewer.organisation.hold()
    SigningKey.objects.filter(organisation=viewer.organisation, retired=None).update(retired=timezone.now())
    made = keep_key(viewer.organisation, _fresh())
    record(viewer, "badge-key-changed", f"key {made.pk}")
    return made


def private_of(key: SigningKey) -> RSAKey:
    """The private half of a key.

    Raises
    ------
    InputError
        If the installation's secret is another one than when the key was made.
    """
    try:
        pem = opened(key.private, purpose=_PURPOSE)
    except InputError:
        raise InputError(
            Problem(
                code="badge-key-sealed",
                text=_("The key that signs badges was kept with another secret of this installation."),
                fix=_("Bring back the earlier UPSHOT_SECRET_KEY, or have an administrator change the key."),
            )
        ) from None
    return RSAKey.import_key(pem)


def _fresh() -> RSAKey:
    return RSAKey.generate_key(BITS, private=True, auto_kid=False)


def keep_key(organisation: Organisation, fresh: RSAKey) -> SigningKey:
    """Keep a key as the one in use: its public half to publish, its private half sealed."""
    number = uuid.uuid4()
    public: dict[str, Any] = {
        **fresh.as_dict(private=False), "kid": key_address(number), "alg": "RS256", "use": "sig",
    }  # fmt: skip
    pem = fresh.as_pem(private=True).decode()
    return SigningKey.objects.create(
        pk=number, organisation=organisation, public=public, private=sealed(pem, purpose=_PURPOSE)
    )
