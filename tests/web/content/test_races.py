"""Two windows, two clicks: what happens at once ends as if it had happened one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from tests.web.cast import Cast
from tests.web.content.packages import a_cmi5_package
from tests.web.content.test_running import Unit, a_registration, launched, recorded, verbs

from upshot.web.content.models import Registration
from upshot.web.content.services.importing import import_course
from upshot.web.content.services.launching import enrol

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What each of several threads came back with; each closes its own connection."""

    def closing(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(closing, range(AT_ONCE)))


def test_a_unit_that_completes_several_times_at_once_completes_once(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    statements = [unit.statement("completed", completion=True, duration="PT1S") for _ in range(AT_ONCE)]
    statuses = at_once(lambda number: unit.send(statements[number]))
    assert sorted(statuses) == [200, 403, 403, 403]
    assert verbs(recorded(cast)) == ["launched", "initialized", "completed", "satisfied", "satisfied"]


def test_several_clicks_at_once_make_one_registration(cast: Cast) -> None:
    course = import_course(cast.organisation, a_cmi5_package())
    numbers = at_once(lambda _: enrol(course, person="p-1").pk)
    assert len(set(numbers)) == 1
    assert Registration.objects.count() == 1


def test_the_token_is_handed_out_to_one_of_several_that_ask_at_once(cast: Cast) -> None:
    fetch = parse_qs(urlsplit(launched(a_registration(cast))).query)["fetch"][0].removeprefix("http://testserver")
    answers = at_once(lambda _: Client().post(fetch).json())
    assert sum("auth-token" in answer for answer in answers) == 1
