"""The demonstration's motivation: made once, by its own rules."""

import datetime as dt
from importlib.resources import files
from pathlib import Path

from tests.web.cast import Cast
from tests.web.challenges.builders import somebody
from tests.web.motivation.builders import a_key
from tests.web.paths.builders import a_round
from tests.web.roster import take_in

from upshot.web.accounts.models import Membership
from upshot.web.accounts.viewer import workspace_of
from upshot.web.motivation.badges.keys import keep_key
from upshot.web.motivation.models import Badge, Choice, Goal
from upshot.web.motivation.seeding import Cast as Parts
from upshot.web.motivation.seeding import seed
from upshot.web.motivation.services.recognising import colleagues_of
from upshot.web.paths.selectors import initiative_of
from upshot.web.paths.services.certifying import grant
from upshot.web.people.services import mirror


def test_the_learner_of_the_demonstration_chose_was_recognised_and_took_a_badge(cast: Cast, tmp_path: Path) -> None:
    rows = [
        {"person": f"p-{number}", "team": "EL-17", "manager": "m-1", "role": "cards-agent", "site": "Eastquay",
         "region": "Coast", "hired": "2025-11-03", "valid_from": "2025-11-03"}
        for number in range(1, 7)
    ]  # fmt: skip
    take_in(cast.organisation, "people", rows, tmp_path)
    mirror(cast.organisation)
    plan = files("upshot.workspace.harbour").joinpath("plan.yaml").read_text(encoding="utf-8")
    (workspace_of(cast.organisation).root / "plan.yaml").write_text(plan, encoding="utf-8")
    a_round(cast)
    Membership.objects.filter(user=cast.users["learner"]).update(person="p-1")
    keep_key(cast.organisation, a_key())
    leader, learner = cast.viewer("leader"), somebody(cast, "p-1")
    course = initiative_of(leader, "know-your-customer")
    assert course is not None
    day = dt.date(2026, 11, 2)
    grant(viewer=leader, initiative=course, person="p-1", given=day, reason="Brought along", on=day)
    parts = Parts(
        leader=leader, administrator=cast.viewer("administrator"), manager=cast.viewer("manager"), learner=learner
    )
    assert seed(cast.organisation, parts) == 3
    assert seed(cast.organisation, parts) == 0
    assert Goal.objects.count() == 2
    assert Choice.objects.filter(person="p-1", element="bests").get().quiet
    assert Badge.objects.get(person="p-1").token
    assert "p-1" in dict(colleagues_of(cast.viewer("manager")))
