"""A step as its learner's page shows it: how it stands, and what opens it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from upshot.plan.practice import Step
from upshot.plan.progress import StepProgress
from upshot.web.accounts.models import Organisation
from upshot.web.content.models import Course
from upshot.web.paths.evidence import course_for
from upshot.web.paths.models import Enrolment
from upshot.web.paths.selectors import Walk
from upshot.web.paths.wording import KINDS, state_note
from upshot.web.practice.models import Scenario, ScenarioVersion

__all__ = ["Doors", "ShownStep", "by_own_word", "doors_of", "is_link", "shown"]


@dataclass(frozen=True, slots=True)
class Doors:
    """What of this organisation steps can open: published scenarios by name and address, and courses on offer."""

    scenarios: tuple[Scenario, ...]
    courses: tuple[Course, ...]

    def scenario(self, step: Step) -> Scenario | None:
        """The scenario a step names, by its address or its name."""
        ref = step.ref or ""
        slug = ref.removeprefix("scenarios/").removesuffix(".scenario.md")
        wanted = step.kind == "scenario" and bool(ref)
        return next((one for one in self.scenarios if wanted and (one.activity == ref or one.slug == slug)), None)

    def course(self, step: Step) -> Course | None:
        """The course a step names."""
        return course_for(step.ref, self.courses)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step as a page shows it.

    Parameters
    ----------
    note
        How it stands.
    url, label
        What opens it: a scenario, a course, or the step's own page.
    sign
        A mark beside it, for the eye only: the note says the same.
    """

    id: str
    title: str
    kind: str | Promise
    state: str
    note: str
    url: str
    label: str
    sign: str
    late: bool
    optional: bool
    minutes: float | None


_SIGNS = {"done": "✓", "waived": "–", "locked": "·", "open": "○", "begun": "◐", "failed": "○"}


def doors_of(organisation: Organisation) -> Doors:
    """What steps can open here."""
    scenarios = Scenario.objects.filter(
        organisation=organisation, retired=None, versions__state=ScenarioVersion.State.PUBLISHED
    )
    courses = Course.objects.filter(organisation=organisation, withdrawn=None).select_related("organisation")
    return Doors(tuple(scenarios.distinct()), tuple(courses))


def shown(walk: Walk, doors: Doors, *, on: dt.date, steps: Iterable[StepProgress] | None = None) -> list[ShownStep]:
    """The steps of a path, in order."""
    return [_shown(walk.enrolment, one, doors, on) for one in (walk.progress.steps if steps is None else steps)]


def _shown(enrolment: Enrolment, one: StepProgress, doors: Doors, on: dt.date) -> ShownStep:
    url, label = _door(enrolment, one.step, doors)
    return ShownStep(
        id=one.step.id,
        title=one.step.title or one.step.id,
        kind=KINDS[one.step.kind],
        state=one.state,
        note=state_note(one, on),
        url=url,
        label=label,
        sign=_SIGNS[one.state],
        late=one.late(on),
        optional=one.step.optional,
        minutes=one.step.minutes,
    )


def _door(enrolment: Enrolment, step: Step, doors: Doors) -> tuple[str, str]:
    """The address that opens a step, and what it is called."""
    org = enrolment.organisation.slug
    scenario = doors.scenario(step)
    if scenario is not None:
        return reverse("play", kwargs={"org": org, "slug": scenario.slug}), _("Open the scenario")
    course = doors.course(step)
    if course is not None:
        return f"{reverse('my-courses', kwargs={'org': org})}#course-{course.pk}", _("Open the course")
    route = settings.STEP_PAGES.get(step.kind, "path-step")
    labels = {"commitment": _("Write it"), "session": _("Choose a date")}
    return reverse(route, kwargs={"org": org, "number": enrolment.pk, "step": step.id}), labels.get(
        step.kind, _("Open it")
    )


def is_link(step: Step) -> bool:
    """Whether a step opens a page somewhere else."""
    return urlsplit(step.ref or "").scheme in ("http", "https")


def by_own_word(step: Step, doors: Doors) -> bool:
    """Whether the learner's own word is its record: a page elsewhere that reports nothing."""
    return is_link(step) and step.kind in ("module", "document") and doors.course(step) is None
