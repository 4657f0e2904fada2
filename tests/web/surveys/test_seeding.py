"""The demonstration's surveys: sent once, answered by a part, and enough to be shown."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.roster import with_roster

from upshot.plan.practice import Step
from upshot.plan.rolepath import RolePath
from upshot.web.paths.models import Enrolment, PathVersion
from upshot.web.surveys import seeding
from upshot.web.surveys.models import Ask, Response, Use
from upshot.web.surveys.results import results_of


def test_the_demonstration_asks_and_answers_once(cast: Cast, tmp_path: Path) -> None:
    with_roster(cast, tmp_path, 60)
    path = RolePath(path=(Step(id="basics", kind="module"),))
    version = PathVersion.objects.create(
        organisation=cast.organisation, initiative="needs-first", number=1, hash=path.hash, body=path.dumps()
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            organisation=cast.organisation, initiative="needs-first", person=f"p-{number}", version=version,
            done=dt.date(2026, 3, 2),
        )
        for number in range(1, 61)
    )  # fmt: skip
    answered = seeding.seed(cast.organisation, cast.users["leader"])
    assert answered == Response.objects.count() == Ask.objects.filter(answered=True).count()
    assert seeding.seed(cast.organisation, cast.users["leader"]) == 0
    found = results_of(cast.viewer("designer"), Use.objects.get(text__name="after-path"))
    assert found.rate is not None
    assert 0.5 < found.rate.value <= 1
