"""Fixtures of the web tests: a home folder of their own, jobs done at once, the fixed cast."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.fixtures import Settings
from tests.web.browser import opened
from tests.web.cast import Cast, a_cast

from upshot.web.ledger.triggers import ADD, DROP

__all__ = ["cast", "home", "opened"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens Chromium, so that a second database need not pay for it again."""
    for item in items:
        if "opened" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    """A home folder for this test alone."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=tmp_path)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


@pytest.fixture
def cast(home: Path, db: None) -> Cast:
    """The firm and everybody in it."""
    return a_cast(home)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file as in a real installation, so that its locks are real too; only its fsync is left out."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.db")
        start = database["OPTIONS"]["init_command"]
        database["OPTIONS"]["init_command"] = start.replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(autouse=True)
def emptied_between_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit are cleaned up by emptying every table, which the ledger's triggers would refuse."""
    if not {"live_server", "transactional_db"} & set(request.fixturenames) and not _commits(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    run(ADD[connection.vendor])
    yield
    run(DROP[connection.vendor])


def _commits(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def ledger_that_only_grows(request: pytest.FixtureRequest) -> None:
    """The triggers are there in every test of the ledger, whatever ran before."""
    if "ledger" in str(request.path) and "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        run(ADD[connection.vendor])
