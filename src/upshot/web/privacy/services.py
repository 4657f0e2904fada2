"""Export and erase a person through every store; remember which selections were answered to whom."""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.privacy.models import AnsweredFilter, Erasure
from upshot.web.privacy.stores import Held, stores

__all__ = ["Groups", "answered", "digest_of", "erase", "export", "remember"]

Groups = frozenset[tuple[str, ...]]
"""A selection: everyone in these groups, each a value in every column sliced by."""


def digest_of(organisation: Organisation, person: str) -> str:
    """A keyed hash of an identifier: proves to whoever has the identifier that it is meant."""
    said = f"{organisation.pk}:{person}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


def export(*, viewer: Viewer, person: str) -> tuple[Held, ...]:
    """Everything every store holds of a person."""
    return tuple(Held(store.name, store.export(viewer.organisation, person)) for store in stores())


def erase(*, viewer: Viewer, person: str) -> Erasure:
    """Delete a person from every store, and keep proof without the identifier; it cannot be taken back.

    Stores outside the database (the lake) come last: if one of them fails, the database is rolled back and the
    whole can be run again, since erasing what is gone already deletes nothing.
    """
    with transaction.atomic():
        rows = {store.name: store.erase(viewer.organisation, person) for store in stores()}
        return Erasure.objects.create(
            organisation=viewer.organisation,
            ordered_by=viewer.user,
            digest=digest_of(viewer.organisation, person),
            rows=rows,
        )


def answered(viewer: Viewer, *, subject: str, fingerprint: str) -> list[Groups]:
    """The selections a reader was shown answers for, of one subject over the same data."""
    found = AnsweredFilter.objects.filter(
        organisation=viewer.organisation, user=viewer.user, subject=subject, fingerprint=fingerprint
    )
    return [frozenset(tuple(group) for group in groups) for groups in found.values_list("groups", flat=True)]


def remember(viewer: Viewer, *, subject: str, fingerprint: str, selections: Iterable[Groups]) -> int:
    """Keep selections that were answered, each once; how many were new."""
    known = set(answered(viewer, subject=subject, fingerprint=fingerprint))
    new = [groups for groups in dict.fromkeys(selections) if groups not in known]
    AnsweredFilter.objects.bulk_create(
        AnsweredFilter(
            organisation=viewer.organisation,
            user=viewer.user,
            subject=subject,
            fingerprint=fingerprint,
            groups=sorted(list(group) for group in groups),
        )
        for groups in new
    )
    return len(new)
