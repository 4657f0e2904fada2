"""A learner's own case: scrubbed, shown back, kept only with consent, a draft for designers, and taken back."""

from tests.web.cast import Cast
from tests.web.competencies.builders import on_the_roster
from tests.web.practice.builders import played

from upshot.scenario import examine
from upshot.web.practice import authoring, own_cases
from upshot.web.practice.models import Case, Scenario, ScenarioVersion
from upshot.web.practice.personal import PracticeStore

SAID = {
    "title": "The rent",
    "situation": "Ina Lund passed me a caller. He gave DE89 3704 0044 0532 0130 00 and cried. Call +44 20 7946 0018.",
    "did": "I asked Lund's team, and wrote to ole@nordvik.example.",
    "expert": "Say nothing for a moment, then ask what he needs today.",
}
CLEAN = {
    "title": "The rent",
    "situation": "[name] passed me a caller. He gave [account number] and cried. Call [telephone number].",
    "did": "I asked [name]'s team, and wrote to [e-mail address].",
    "expert": "Say nothing for a moment, then ask what he needs today.",
}
NEW = "/o/nordvik/my-cases/new"


def test_names_of_the_roster_addresses_and_numbers_are_taken_out(cast: Cast) -> None:
    on_the_roster(cast)
    found = own_cases.scrubbed(cast.organisation, **SAID)
    assert {"title": found.title, "situation": found.situation, "did": found.did, "expert": found.expert} == CLEAN
    assert found.taken_out == {"account": 1, "phone": 1, "email": 1, "name": 3}


def test_ordinary_words_stay_and_accents_hide_no_name(cast: Cast) -> None:
    on_the_roster(cast)
    found = own_cases.scrubbed(cast.organisation, title="a", situation="Sole lund. Øle Bergen, Bérg", did="", expert="")
    assert found.situation == "Sole lund. Øle Bergen, [name]"


def test_nothing_is_kept_before_it_was_shown_back_and_agreed_to(cast: Cast) -> None:
    on_the_roster(cast)
    client = cast.client("learner")
    shown = client.post(NEW, SAID).content.decode()
    assert "May designers read this?" in shown
    assert "[account number]" in shown
    assert "DE89" not in shown
    client.post(NEW, {**SAID, "step": "keep", "agreed": "yes"})
    refused = client.post(NEW, {**CLEAN, "step": "keep"})
    assert refused.status_code == 422
    assert "You have not agreed" in refused.content.decode()
    assert not Case.objects.exists()
    assert not Scenario.objects.exists()


def brought(cast: Cast) -> Case:
    """A case the learner gave."""
    on_the_roster(cast)
    for _ in range(2):
        cast.client("learner").post(NEW, {**CLEAN, "step": "keep", "agreed": "yes"})
    return Case.objects.get()


def test_a_case_becomes_a_draft_that_designers_see_without_a_name(cast: Cast) -> None:
    case = brought(cast)
    draft = ScenarioVersion.objects.get()
    assert (draft.state, draft.author, draft.scenario) == ("draft", None, case.scenario)
    assert examine(draft.text).scenario is not None
    page = cast.client("designer").get(f"/o/nordvik/studio/{draft.scenario.slug}/").content.decode()
    assert "Say nothing for a moment" in page
    assert "p-1" not in page
    assert "Learner" not in page


def test_hostile_words_stay_words(cast: Cast) -> None:
    on_the_roster(cast)
    nasty = "# A step {#x .end}\n- [go](#x){id=y .critical}\n> quote\n<script>alert(1)</script>\n---"
    written = own_cases.Written(title='"}: x', situation=nasty, did="[a](#b){id=z}", expert="`b`", taken_out={})
    case = own_cases.bring(viewer=cast.viewer("learner"), written=written, agreed=True)
    assert case.scenario is not None
    found = examine(case.scenario.versions.get().text)
    assert found.scenario is not None
    assert [node.id for node in found.scenario.nodes] == ["situation", "well", "as-it-went"]


def test_a_case_is_taken_back_with_its_draft(cast: Cast) -> None:
    case = brought(cast)
    client = cast.client("learner")
    assert "The rent" in client.get("/o/nordvik/my-cases/").content.decode()
    client.post(f"/o/nordvik/my-cases/{case.pk}/withdraw")
    client.post(f"/o/nordvik/my-cases/{case.pk}/withdraw")
    case.refresh_from_db()
    assert case.withdrawn is not None
    assert (case.title, case.situation, case.did, case.expert) == ("", "", "", "")
    assert not Scenario.objects.exists()


def test_a_case_that_was_played_is_closed_and_its_counts_stay(cast: Cast) -> None:
    case = brought(cast)
    version = ScenarioVersion.objects.get()
    authoring.ask_for_review(viewer=cast.viewer("designer"), version=version)
    authoring.publish(viewer=cast.viewer("leader"), version=version)
    played(cast.viewer("learner"), version, ("expert",))
    own_cases.withdraw(viewer=cast.viewer("learner"), number=case.pk)
    scenario = Scenario.objects.get()
    assert scenario.retired is not None
    assert scenario.attempts.count() == 1


def test_nobody_takes_back_what_another_brought(cast: Cast) -> None:
    case = brought(cast)
    Case.objects.update(person="p-9")
    assert cast.client("learner").post(f"/o/nordvik/my-cases/{case.pk}/withdraw").status_code == 404


def test_cases_are_handed_out_and_erased_with_the_person(cast: Cast) -> None:
    brought(cast)
    store = PracticeStore()
    (row,) = store.export(cast.organisation, "p-1")
    assert row["case"] == "The rent"
    assert store.erase(cast.organisation, "p-1") == 1
