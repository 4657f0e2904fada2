"""A served store on each database, two server processes, for the whole run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.lrs_store import Store, a_store, postgres
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker
from tests.web.lrs.http import Caller

__all__ = ["caller", "database", "scratch", "served", "tables"]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database: empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    with postgres() as address:
        yield address


@pytest.fixture(scope="session")
def tables(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path | None:
    """A SQLite file with every table and no row of a test, so that a served store need not make them once more.

    None where the tests themselves run on PostgreSQL, or none of those that were chosen needs a database.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "mode=memory" not in name:
        return None
    path = tmp_path_factory.mktemp("tables") / "upshot.db"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    return path


@pytest.fixture
def scratch(database: str, tables: Path | None, tmp_path: Path) -> Path:
    """A folder for a store of one test."""
    return a_home(tmp_path / "scratch", database, tables)


def a_home(folder: Path, database: str, tables: Path | None) -> Path:
    """A folder for a store; the tables are there, unless they lie in PostgreSQL."""
    folder.mkdir()
    if tables is not None and not database:
        shutil.copy(tables, folder / "upshot.db")
    return folder


@pytest.fixture(scope="session")
def served(database: str, tables: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A running store."""
    home = a_home(tmp_path_factory.mktemp("served") / "home", database, tables)
    with a_store(workers=2, database=database, home=home) as store:
        yield store


@pytest.fixture
def caller(served: Store) -> Caller:
    """Somebody who may do everything."""
    return Caller(served.endpoint, served.key, served.secret)
