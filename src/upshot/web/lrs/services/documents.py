"""Documents of the state and profile resources: put, merged, deleted, under the caller's preconditions."""

import time

from upshot.web.lrs.folders import Folder
from upshot.web.lrs.models import StoredDocument
from upshot.web.lrs.store.dialect import postgres
from upshot.web.lrs.store.transactions import in_turn
from upshot.xapi.documents import Document, Preconditions, etag, merged
from upshot.xapi.versions import Version

__all__ = ["delete_document", "delete_folder", "post_document", "put_document"]


def _locked(organisation: int, place: str) -> StoredDocument | None:
    documents = StoredDocument.objects.filter(organisation_id=organisation, place=place)
    return (documents.select_for_update() if postgres() else documents).first()


def put_document(
    organisation: int, folder: Folder, name: str, sent: Document, preconditions: Preconditions, version: Version
) -> None:
    """Keep a document in place of what was there.

    Raises
    ------
    ConflictError, PreconditionError, RequestError
        As ``Preconditions.check_put`` says.
    """

    def work(_: object) -> None:
        stored = _locked(organisation, folder.place(name))
        preconditions.check_put(None if stored is None else stored.etag, folder.kind, version)
        _keep(organisation, folder, name, sent)

    in_turn(organisation, 0, work)


def post_document(organisation: int, folder: Folder, name: str, sent: Document, preconditions: Preconditions) -> None:
    """Merge a JSON document into what was there.

    Raises
    ------
    PreconditionError, RequestError
        When a header does not hold, or the two cannot be merged.
    """

    def work(_: object) -> None:
        stored = _locked(organisation, folder.place(name))
        preconditions.check(None if stored is None else stored.etag)
        before = None if stored is None else Document(bytes(stored.content), stored.content_type)
        _keep(organisation, folder, name, merged(before, sent))

    in_turn(organisation, 0, work)


def _keep(organisation: int, folder: Folder, name: str, document: Document) -> None:
    StoredDocument.objects.update_or_create(
        organisation_id=organisation,
        place=folder.place(name),
        defaults={
            "kind": folder.kind.value,
            "activity": folder.activity,
            "agent": folder.agent,
            "registration": folder.registration,
            "name": name,
            "content_type": document.content_type[:255],
            "content": document.content,
            "etag": etag(document.content),
            "updated": time.time_ns() // 1000,
            "within": folder.within,
        },
    )


def delete_document(organisation: int, folder: Folder, name: str, preconditions: Preconditions) -> None:
    """Delete a document; deleting what is not there is no mistake.

    Raises
    ------
    PreconditionError
        When a header does not hold.
    """

    def work(_: object) -> None:
        stored = _locked(organisation, folder.place(name))
        preconditions.check(None if stored is None else stored.etag)
        if stored is not None:
            stored.delete()

    in_turn(organisation, 0, work)


def delete_folder(organisation: int, folder: Folder) -> None:
    """Delete every document of a folder; of one registration when it names one, else of all."""

    def work(_: object) -> None:
        documents = StoredDocument.objects.filter(organisation_id=organisation, within=folder.within)
        if folder.registration:
            documents = documents.filter(registration=folder.registration)
        documents.delete()

    in_turn(organisation, 0, work)
