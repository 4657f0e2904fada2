"""Fixtures of the web tests: a home folder of their own, jobs done at once, the fixed cast."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.web.browser import chromium, opened
from tests.web.cast import Cast, a_cast

__all__ = ["cast", "chromium", "home", "opened"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    """A home folder for this test alone."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=tmp_path)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


@pytest.fixture
def cast(home: Path, db: None) -> Cast:
    """The firm and everybody in it."""
    return a_cast(home)
