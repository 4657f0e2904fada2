"""The facts: columnar tables and the engines that scan them."""

from upshot.lake.cells import MINIMUM, Cell, suppress
from upshot.lake.lake import Import, Lake
from upshot.lake.schema import SCHEMA_VERSION, TABLES, Column, Table
from upshot.lake.staging import Compared, Refused, Staging, new_import_id

__all__ = [
    "MINIMUM",
    "SCHEMA_VERSION",
    "TABLES",
    "Cell",
    "Column",
    "Compared",
    "Import",
    "Lake",
    "Refused",
    "Staging",
    "Table",
    "new_import_id",
    "suppress",
]
