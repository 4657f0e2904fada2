"""What is logged of failures: enough to find them, nothing of what was stored."""

import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django.fixtures import Settings

from upshot.web.logs import Wordless


def fails(request: HttpRequest) -> HttpResponse:
    """A page that meets what a database says when a row is refused."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE once (address text PRIMARY KEY)")
        cursor.execute("INSERT INTO once VALUES ('ada@nordvik.example')")
        try:
            cursor.execute("INSERT INTO once VALUES ('ada@nordvik.example')")
        except IntegrityError as error:
            raise ValueError("about ada@nordvik.example") from error
    return HttpResponse()


urlpatterns = [path("fails", fails)]


@pytest.mark.django_db
def test_a_failed_request_is_logged_with_its_places_and_without_its_words(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = __name__
    assert Client(raise_request_exception=False).get("/fails").status_code == 500
    (record,) = [one for one in caplog.records if one.exc_info]
    line = Wordless().format(record)
    assert "ValueError" in line
    assert "IntegrityError" in line
    assert "test_logs.py" in line
    assert "ada" not in line


def test_every_handler_of_the_product_formats_so() -> None:
    logging_ = settings.LOGGING
    named = {one["formatter"] for one in logging_["handlers"].values()}
    assert {logging_["formatters"][name]["()"] for name in named} == {f"{Wordless.__module__}.{Wordless.__qualname__}"}
    assert logging.getLogger("apprise").level == logging.CRITICAL
