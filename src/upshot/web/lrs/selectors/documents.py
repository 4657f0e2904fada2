"""Read documents of the state and profile resources."""

from datetime import datetime

from upshot.web.lrs.folders import Folder
from upshot.web.lrs.models import StoredDocument

__all__ = ["document", "document_names"]


def document(organisation: int, folder: Folder, name: str) -> StoredDocument | None:
    """A document, or None where there is none."""
    return StoredDocument.objects.filter(organisation_id=organisation, place=folder.place(name)).first()


def document_names(organisation: int, folder: Folder, *, since: datetime | None = None) -> list[str]:
    """The ids of a folder's documents, changed after an instant where one is given."""
    documents = StoredDocument.objects.filter(organisation_id=organisation, within=folder.within)
    if folder.registration:
        documents = documents.filter(registration=folder.registration)
    if since is not None:
        documents = documents.filter(updated__gt=int(since.timestamp() * 1_000_000))
    return list(dict.fromkeys(documents.order_by("updated", "pk").values_list("name", flat=True)))
