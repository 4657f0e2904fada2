"""References to another statement by its id, as an object or in a context."""

from upshot.xapi.report import Section
from upshot.xapi.scalars import is_uuid
from upshot.xapi.shapes import Shape, Text

__all__ = ["statement_reference"]

_REFERENCE = Section("2.4.4.3", "4.2.2.3")

statement_reference = Shape(
    name="a statement reference",
    section=_REFERENCE,
    properties={
        "objectType": Text(section=_REFERENCE, test=lambda text: text == "StatementRef", expected="StatementRef"),
        "id": Text(section=_REFERENCE, test=is_uuid, expected="a UUID"),
    },
    required=("objectType", "id"),
)
