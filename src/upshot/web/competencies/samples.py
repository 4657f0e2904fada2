"""The demonstration's framework and the lines of its map: what Harbour's people need beyond what its plan names."""

import json

from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies.linking import draw
from upshot.web.competencies.models import ActionLink, Framework
from upshot.web.competencies.services import bring_in

__all__ = ["LINES", "seed"]

_HOME = "https://harbour.example/case/"
_AT = "2025-01-06T09:00:00+00:00"
_DOCUMENT = "7d1c3c54-5d0c-4f0b-9a7e-2f0e6a5b1000"
_ITEMS = (
    ("Plain advice", "Says what a product costs, pays and forbids in words the customer would use"),
    ("Fair treatment", "Puts the customer's interest before the sale, also where another bank is better"),
    ("Ownership", "Takes a customer's matter on and stays with it until it is done"),
    ("Next step", "Ends every contact with what happens next, by whom and by when"),
    ("Speaking up", "Says in the first minute that something went wrong, and how far it goes"),
    ("Customer care", "Thinks of those whom a mistake hits, and reaches them before they notice"),
    ("Open questions", "Asks so that somebody can answer, and waits for it"),
    ("Keeping word", "Keeps what was agreed, and says so when it cannot be kept"),
    ("Brief notes", "Leaves notes that the next colleague can use without calling anybody"),
    ("Attentive call", "Stays with the caller while working on the case"),
)

LINES: dict[str, dict[str, list[str]]] = {
    "needs-first": {
        "two-questions": ["needs-discovery", "fair-treatment"],
        "next-date": ["needs-discovery", "plain-advice"],
    },
    "careful-hands": {"second-look": ["careful-case"]},
    "leading-well": {"monthly-dialogue": ["leading-dialogue", "open-questions", "keeping-word"]},
    "calm-on-the-line": {"name-it": ["calm-conversation", "ownership", "next-step"]},
    "faster-wrap-up": {"note-while-talking": ["brief-notes", "attentive-call"]},
}
"""Competencies by initiative and action."""


def seed(*, viewer: Viewer) -> None:
    """Bring the framework in and draw the map; running it again changes nothing."""
    if not Framework.objects.filter(organisation=viewer.organisation, identifier=_DOCUMENT).exists():
        bring_in(viewer=viewer, name="harbour.json", data=json.dumps(_package()).encode())
    if ActionLink.objects.filter(organisation=viewer.organisation).exists():
        return
    for initiative, takes in LINES.items():
        draw(viewer=viewer, initiative=initiative, takes=takes)


def _package() -> dict[str, object]:
    document = {
        "identifier": _DOCUMENT, "uri": f"{_HOME}CFDocuments/{_DOCUMENT}", "title": "How we work with customers",
        "creator": "Harbour, which is invented", "adoptionStatus": "Adopted", "caseVersion": "1.1", "language": "en",
        "lastChangeDateTime": _AT,
    }  # fmt: skip
    items = [
        {
            "identifier": f"{_DOCUMENT[:-4]}2{number:03}", "uri": f"{_HOME}CFItems/{_DOCUMENT[:-4]}2{number:03}",
            "abbreviatedStatement": label, "fullStatement": statement, "CFItemType": "Competency", "language": "en",
            "lastChangeDateTime": _AT,
        }
        for number, (label, statement) in enumerate(_ITEMS, 1)
    ]  # fmt: skip
    links = [
        {
            "identifier": f"{_DOCUMENT[:-4]}3{number:03}", "uri": f"{_HOME}CFAssociations/{_DOCUMENT[:-4]}3{number:03}",
            "associationType": "isChildOf", "sequenceNumber": number, "lastChangeDateTime": _AT,
            "originNodeURI": {"title": item["fullStatement"], "identifier": item["identifier"], "uri": item["uri"]},
            "destinationNodeURI": {"title": document["title"], "identifier": _DOCUMENT, "uri": document["uri"]},
        }
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    return {"CFDocument": document, "CFItems": items, "CFAssociations": links}
