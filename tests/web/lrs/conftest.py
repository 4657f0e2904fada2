"""A served store on each database, two server processes, for the whole run."""

from collections.abc import Iterator

import pytest
from benchmarks.lrs_store import Store, a_store, postgres
from tests.web.lrs.http import Caller

__all__ = ["caller", "database", "served"]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database: empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    with postgres() as address:
        yield address


@pytest.fixture(scope="session")
def served(database: str) -> Iterator[Store]:
    """A running store."""
    with a_store(workers=2, database=database) as store:
        yield store


@pytest.fixture
def caller(served: Store) -> Caller:
    """Somebody who may do everything."""
    return Caller(served.endpoint, served.key, served.secret)
