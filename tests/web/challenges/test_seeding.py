"""The demonstration's challenges: in every state, once, and consistent with the rules they are shown by."""

from pathlib import Path

from tests.web.cast import Cast
from tests.web.roster import with_roster

from upshot.plan.practice import Step
from upshot.plan.rolepath import RolePath
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges import seeding
from upshot.web.challenges.models import Challenge, CheckIn, Debrief
from upshot.web.challenges.samples.words import CONVERSATION, HELPED, HINDERED, NOTES
from upshot.web.challenges.selectors import to_sign
from upshot.web.challenges.services.deciding import checklist_kept
from upshot.web.challenges.wording import HELPED as HELPED_WORDS
from upshot.web.challenges.wording import HINDERED as HINDERED_WORDS
from upshot.web.paths.models import Enrolment, PathVersion, StepRecord

EXAMPLE = Path(__file__).parents[3] / "examples" / "checklists" / "needs-first-conversation.yaml"


def with_people(cast: Cast, folder: Path) -> Cast:
    """Thirty advisers on both paths, half of them with a sign-off on record."""
    with_roster(cast, folder)
    for task in (CONVERSATION, NOTES):
        path = RolePath(path=(Step(id=task.step, kind="challenge", title=task.title),))
        version = PathVersion.objects.create(
            organisation=cast.organisation, initiative=task.initiative, number=1, hash=path.hash, body=path.dumps()
        )
        for number in range(1, 31):
            enrolment = Enrolment.objects.create(
                organisation=cast.organisation, initiative=task.initiative, person=f"p-{number}", version=version,
                state="active",
            )  # fmt: skip
            if number % 2:
                StepRecord.objects.create(enrolment=enrolment, step=task.step, verb="completed")
    return cast


def test_the_demonstration_shows_every_state_once(cast: Cast, tmp_path: Path) -> None:
    firm = with_people(cast, tmp_path)
    made = seeding.seed(firm.organisation, first=("m-1", "p-6"))
    assert made == Challenge.objects.count() > 30
    assert set(Challenge.objects.values_list("state", flat=True)) == set(Challenge.State.values)
    assert seeding.seed(firm.organisation) == 0


def test_what_was_signed_was_good_enough_and_nobody_signed_their_own(cast: Cast, tmp_path: Path) -> None:
    firm = with_people(cast, tmp_path)
    seeding.seed(firm.organisation, first=("m-1", "p-6"))
    for one in Challenge.objects.filter(state="signed", initiative="needs-first").select_related("checklist"):
        assert one.signed_by != one.person
        assert one.observations.get().enough
        assert checklist_kept(one) is not None
    assert CheckIn.objects.exclude(answered=None).exists()
    assert Debrief.objects.exists()


def test_whoever_looks_as_manager_has_something_to_sign_and_as_learner_something_to_do(
    cast: Cast, tmp_path: Path
) -> None:
    firm = with_people(cast, tmp_path)
    seeding.seed(firm.organisation, first=("m-1", "p-6"))
    assert to_sign(firm.viewer("manager"))
    assert Challenge.objects.filter(person="p-6", initiative="faster-wrap-up", state="planned").exists()


def test_the_sample_that_ships_is_the_one_in_the_examples_and_its_codes_have_words(cast: Cast, tmp_path: Path) -> None:
    firm = with_people(cast, tmp_path)
    seeding.seed(firm.organisation)
    kept = workspace_of(firm.organisation).root / "checklists" / "needs-first" / "real-conversation.yaml"
    assert kept.read_bytes() == EXAMPLE.read_bytes()
    assert set(HELPED) <= {code for code, _ in HELPED_WORDS}
    assert set(HINDERED) <= {code for code, _ in HINDERED_WORDS}
