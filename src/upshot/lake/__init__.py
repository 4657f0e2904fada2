"""The facts: columnar tables and the engines that scan them; every name is imported when it is first used."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "cells": ("MINIMUM", "Cell", "suppress"),
    "lake": ("Import", "Lake"),
    "schema": ("SCHEMA_VERSION", "TABLES", "Column", "Table"),
    "staging": ("Compared", "Refused", "Staging", "new_import_id"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'upshot.lake' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"upshot.lake.{_HOME[name]}"), name)
    globals()[name] = value
    return value
