"""Read courses and registrations: what designers see of a course, and what learners see of their own."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from upshot.web.accounts.viewer import Viewer
from upshot.web.content.models import Course, Registration, Session
from upshot.web.content.services.recording import progress_of, structure_of
from upshot.xapi.cmi5_course import Unit
from upshot.xapi.cmi5_progress import Progress, done

__all__ = ["CourseOfMine", "UnitOfMine", "course_of", "courses", "my_course", "my_courses", "my_open_sessions"]


@dataclass(frozen=True, slots=True)
class UnitOfMine:
    """A unit as its learner sees it."""

    place: int
    unit: Unit
    done: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class CourseOfMine:
    """A course as its learner sees it."""

    course: Course
    units: tuple[UnitOfMine, ...]
    satisfied: bool

    @property
    def left(self) -> int:
        """Units that are not done."""
        return sum(not unit.done for unit in self.units)


def courses(viewer: Viewer) -> QuerySet[Course]:
    """Every course of the organisation with the number of people in it, where it may be shown."""
    found = Course.objects.filter(organisation=viewer.organisation).defer("structure")
    return found.annotate(people=Count("registrations__person", distinct=True)).order_by("withdrawn", "title")


def course_of(viewer: Viewer, number: UUID) -> Course | None:
    """One course of the viewer's organisation."""
    return Course.objects.filter(organisation=viewer.organisation, pk=number).select_related("organisation").first()


def my_courses(viewer: Viewer) -> list[CourseOfMine]:
    """Courses on offer, and those the viewer is in, with their own progress."""
    own: dict[UUID, Registration] = {}
    begun: set[tuple[UUID, int]] = set()
    if viewer.person:
        mine = Registration.objects.filter(course__organisation=viewer.organisation, person=viewer.person)
        own = {registration.course_id: registration for registration in mine.order_by("created")}
        opened = Session.objects.filter(registration__in=own.values())
        begun = set(opened.values_list("registration__course_id", "place").distinct())
    found = Course.objects.filter(organisation=viewer.organisation).order_by("title", "pk")
    return [
        _mine(course, own.get(course.pk), begun) for course in found if course.withdrawn is None or course.pk in own
    ]


def my_course(viewer: Viewer, number: UUID) -> CourseOfMine | None:
    """One course of :func:`my_courses`."""
    return next((one for one in my_courses(viewer) if one.course.pk == number), None)


def _mine(course: Course, registration: Registration | None, begun: set[tuple[UUID, int]]) -> CourseOfMine:
    progress = Progress() if registration is None else progress_of(registration)
    structure = structure_of(course)
    units = tuple(
        UnitOfMine(place, unit, registration is not None and done(unit, place, progress), (course.pk, place) in begun)
        for place, unit in enumerate(structure.units)
    )
    return CourseOfMine(course, units, structure.root.id in progress.satisfied)


def my_open_sessions(viewer: Viewer, course: Course) -> list[Session]:
    """The viewer's sessions in a course that are still open."""
    return list(
        Session.objects.filter(registration__course=course, registration__person=viewer.person, ended=None).exclude(
            registration__person=""
        )
    )
