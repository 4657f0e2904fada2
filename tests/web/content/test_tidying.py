"""Sessions left open are closed once; files of a withdrawn course go when nobody is in it; what is recorded stays."""

import datetime as dt

import pytest
from django.utils import timezone
from tests.web.cast import Cast
from tests.web.content.packages import a_cmi5_package
from tests.web.content.test_running import Unit, a_registration, launched, recorded, verbs

from upshot.errors import InputError
from upshot.web.content.chores import due
from upshot.web.content.models import Course, Registration, Session
from upshot.web.content.services.importing import folder_of, import_course, withdraw_course
from upshot.web.content.services.launching import open_unit
from upshot.web.content.services.tidying import IDLE, LEFT_ALONE

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=1)


def test_a_session_left_open_is_closed_as_abandoned_once(cast: Cast) -> None:
    Unit.opened(launched(a_registration(cast))).begin()
    now = timezone.now()
    due(now + IDLE - LATER)
    assert Session.objects.get().ended is None
    for _ in range(2):
        due(now + IDLE + LATER)
    assert Session.objects.get().abandoned
    assert verbs(recorded(cast)) == ["launched", "initialized", "abandoned"]


def test_a_session_that_is_heard_of_stays_open(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    Session.objects.update(heard=timezone.now() - IDLE - LATER)
    assert unit.send(unit.statement("completed", completion=True, duration="PT1S")) == 200
    due(timezone.now())
    assert Session.objects.get().ended is None


def test_files_of_a_course_that_nobody_took_go_when_it_is_withdrawn(cast: Cast) -> None:
    course = import_course(cast.organisation, a_cmi5_package())
    due(timezone.now())
    assert folder_of(course).is_dir()
    page = f"/o/nordvik/courses/{course.pk}/"
    client = cast.client("designer")
    said = client.post(f"{page}withdraw", follow=True).content.decode()
    assert "its files are removed" in said
    assert not folder_of(course).exists()
    assert "removed; nobody was in the course any more" in client.get(page).content.decode()


def test_whoever_is_in_a_withdrawn_course_may_finish_and_then_its_files_go(cast: Cast) -> None:
    registration = a_registration(cast)
    unit = Unit.opened(launched(registration)).begin()
    course = Course.objects.get()
    withdraw_course(course)
    due(timezone.now())
    assert folder_of(course).is_dir()
    assert unit.send(unit.statement("completed", completion=True, duration="PT1S")) == 200
    assert unit.send(unit.statement("terminated", duration="PT2S")) == 200
    due(timezone.now())
    assert not folder_of(course).exists()
    assert Registration.objects.count() == 1
    with pytest.raises(InputError, match="files are removed"):
        open_unit(Registration.objects.get(), 0, base="http://testserver", return_url="http://testserver/")


def test_whoever_did_nothing_for_thirty_days_has_left_a_withdrawn_course(cast: Cast) -> None:
    Unit.opened(launched(a_registration(cast))).begin()
    course = Course.objects.get()
    withdraw_course(course)
    due(timezone.now() + LEFT_ALONE - dt.timedelta(days=1))
    assert folder_of(course).is_dir()
    due(timezone.now() + LEFT_ALONE + LATER)
    assert not folder_of(course).exists()
