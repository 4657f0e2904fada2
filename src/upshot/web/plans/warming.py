"""Work out what many pages show as soon as facts change, so that nobody's visit waits for it."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.module_loading import import_string

from upshot.errors import UpshotError
from upshot.plan import Document
from upshot.web.accounts.models import Organisation
from upshot.web.imports.kept import lake_state
from upshot.web.imports.selectors import feeds_of, imports_of, levels_for, plan_file
from upshot.web.plans.covering import sizes_of
from upshot.web.plans.selectors import current_document

__all__ = ["due", "warm"]

_SHARE = 20
"""Between two rounds lie at least so many times the seconds the last one took: facts may stream in all day."""
_DAY = 24 * 3600


def warm(organisation: Organisation) -> None:
    """Work out readings, freshness and audiences of an organisation; what is known already costs nothing."""
    today = timezone.localdate()
    documents = {document.text: document for document in _documents(organisation)}
    imports_of(organisation)
    levels_for(organisation)
    for document in documents.values():
        feeds_of(organisation, document, today=today)
        sizes_of(organisation, document)
        import_string(settings.DRAWN_AHEAD_BY)(organisation, document)


def _documents(organisation: Organisation) -> Iterator[Document]:
    """The plan of today and the file beside the lake, which pages about the data go by; mostly the same text."""
    with suppress(UpshotError):
        yield current_document(organisation)
    on_disk = plan_file(organisation)
    if on_disk is not None:
        yield on_disk


def due(now: dt.datetime) -> None:
    """Warm every organisation whose facts, or the day, changed since the last round; the worker calls it."""
    for organisation in Organisation.objects.all():
        with suppress(UpshotError):  # a workspace that was moved away has nothing to warm
            _round(organisation, now)


def _round(organisation: Organisation, now: dt.datetime) -> None:
    state = f"{lake_state(organisation)}-{timezone.localtime(now).date()}"
    key = f"warmed-{organisation.pk}"
    known: tuple[str, float] | None = cache.get(key)
    if known is not None and (known[0] == state or now.timestamp() < known[1]):
        return
    begun = time.monotonic()
    warm(organisation)
    rest = _SHARE * (time.monotonic() - begun)
    cache.set(key, (state, now.timestamp() + rest), _DAY)
