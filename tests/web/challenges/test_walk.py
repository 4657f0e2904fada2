"""The main job: plan, hand in, sign, check in; with what the record store, the path and the lake hold of it."""

import json
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.challenges.builders import (
    GOOD,
    a_plan,
    a_verdict,
    handed_in,
    on_path,
    planned,
    signed,
    somebody,
    the_asks,
    with_challenge,
)

from upshot.errors import InputError
from upshot.plan.practice import Step
from upshot.plan.rolepath import APPLIED, names_of
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges import statements
from upshot.web.challenges.models import Challenge, CheckIn, Evidence, Turn
from upshot.web.challenges.services.deciding import decide
from upshot.web.challenges.services.following import Answers, answer_check_in
from upshot.web.challenges.services.handing_in import Handed, hand_in
from upshot.web.challenges.services.moving import Overtaken
from upshot.web.challenges.services.planning import change_plan, plan
from upshot.web.lrs.models import Statement
from upshot.web.lrs.services.lake import follow
from upshot.web.outbox.models import Message
from upshot.web.paths.models import StepRecord
from upshot.web.people.models import Person


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_challenge(cast, tmp_path)


def kinds(person: str) -> list[str]:
    return sorted(Message.objects.filter(person=person).values_list("kind", flat=True))


def test_a_challenge_is_planned_handed_in_signed_and_asked_about_by_both(firm: Cast) -> None:
    made = signed(firm)
    assert (made.state, made.signed_by, made.signed_as) == ("signed", "m-1", "manager")
    assert made.scaled == pytest.approx(5 / 6)
    assert [turn.state for turn in made.turns.all()] == ["planned", "submitted", "signed"]
    asked = made.check_ins.values_list("days", "source", "person")
    assert sorted(asked) == [(d, s, w) for d in (30, 60, 90) for s, w in (("observer", "m-1"), ("self", "p-3"))]
    assert kinds("m-1") == ["sign-off"]
    assert kinds("p-3") == ["challenge-signed"]


def test_the_path_and_the_lake_say_that_it_was_used_at_work(firm: Cast) -> None:
    signed(firm)
    record = StepRecord.objects.get(enrolment=on_path(firm), step="talk", verb="completed")
    assert record.enrolment.person == "p-3"
    follow(firm.organisation)
    rows = workspace_of(firm.organisation).lake().query("SELECT person, activity, verb, title FROM learning")
    told = [(row["verb"], row["activity"]) for row in rows.to_pylist()]
    own = "urn:upshot:step:selling/talk"
    assert set(told) >= {("planned", own), ("handed-in", own), ("signed-off", own), ("rated", f"{own}#observation")}
    assert {row["person"] for row in rows.to_pylist()} == {"p-3"}


def test_only_a_signature_counts_as_use_at_work_in_the_chain() -> None:
    own = {verb.rpartition("/")[2] for verb in statements.VERBS.values()}
    assert own & set(APPLIED) == {"signed-off"}
    assert "urn:upshot:step:selling/talk" in names_of("selling", Step(id="talk", kind="challenge"))


def test_statements_hold_no_words_of_the_person(firm: Cast) -> None:
    signed(firm)
    said = b"".join(bytes(payload) for payload in Statement.objects.values_list("payload", flat=True))
    assert said
    assert not [words for words in (b"couple", b"lower rate", b"baby", b"Calm", b"m-1") if words in said]


def test_planning_twice_gives_the_challenge_that_is_under_way(firm: Cast) -> None:
    first = planned(firm)
    again = planned(firm, case="Another case.")
    assert again.pk == first.pk
    assert Turn.objects.count() == 1


def test_addresses_and_numbers_are_taken_out_before_anything_is_stored(firm: Cast) -> None:
    words = "Ms Berg, berg@kunde.example, +47 912 34 567, account 12345678901, asked on 2026-11-03."
    done = plan(
        viewer=somebody(firm, "p-3"), enrolment=on_path(firm), asks=the_asks(firm), said=a_plan(case=words)
    )  # fmt: skip
    kept = Challenge.objects.get(pk=done.challenge.pk).case
    assert kept == "Ms Berg, [e-mail address], [telephone number], account [account number], asked on 2026-11-03."
    assert done.removed == {"email": 1, "phone": 1, "account": 1}


def test_a_plan_said_better_reaches_its_new_reader_once_and_only_until_it_is_handed_in(firm: Cast) -> None:
    made = planned(firm, shared_with="p-6")
    for _ in range(2):
        change_plan(viewer=somebody(firm, "p-3"), challenge=made, said=a_plan(case="Another.", shared_with="p-9"))
    assert (kinds("p-6"), kinds("p-9")) == (["plan-shared"], ["plan-shared"])
    handed = Handed(text="I asked.")
    hand_in(viewer=somebody(firm, "p-3"), challenge=made, asks=the_asks(firm), handed=handed)
    with pytest.raises(InputError, match="was handed in"):
        change_plan(viewer=somebody(firm, "p-3"), challenge=made, said=a_plan())
    with pytest.raises(InputError, match="one other person"):
        change_plan(viewer=somebody(firm, "p-3"), challenge=made, said=a_plan(shared_with="p-3"))


def test_nothing_is_handed_in_without_evidence(firm: Cast) -> None:
    made = planned(firm)
    with pytest.raises(InputError, match="1 pieces of evidence"):
        hand_in(viewer=somebody(firm, "p-3"), challenge=made, asks=the_asks(firm), handed=Handed())
    made.refresh_from_db()
    assert made.state == "planned"
    assert not Evidence.objects.exists()


def test_what_falls_short_of_the_checklist_is_not_signed_and_leaves_no_trace(firm: Cast) -> None:
    made = handed_in(firm)
    low = a_verdict(made, levels={"asks": 0, "date": 2})
    with pytest.raises(InputError, match="falls short"):
        decide(viewer=firm.viewer("manager"), challenge=made, verdict=low)
    made.refresh_from_db()
    assert (made.state, made.observations.count(), made.signed_by) == ("submitted", 0, "")


def test_a_returned_challenge_says_why_and_is_handed_in_again(firm: Cast) -> None:
    made = handed_in(firm)
    with pytest.raises(InputError, match="what is missing"):
        decide(viewer=firm.viewer("manager"), challenge=made, verdict=a_verdict(made, sign=False, reason=" "))
    back = decide(
        viewer=firm.viewer("manager"), challenge=made,
        verdict=a_verdict(made, sign=False, levels={"asks": 0}, reason="I heard no question about the household."),
    )  # fmt: skip
    assert back.turns.last().reason == "I heard no question about the household."
    again = hand_in(viewer=somebody(firm, "p-3"), challenge=back, asks=the_asks(firm), handed=Handed())
    done = decide(viewer=firm.viewer("manager"), challenge=again, verdict=a_verdict(again))
    assert done.state == "signed"
    assert kinds("p-3") == ["challenge-returned", "challenge-signed"]


def test_without_a_checklist_what_the_signer_says_is_kept_without_addresses_and_read_by_the_person(firm: Cast) -> None:
    (workspace_of(firm.organisation).root / "checklists" / "talk.yaml").unlink()
    made = handed_in(firm)
    said = a_verdict(made, levels={}, comment="Calm. Ask me at m@nordvik.example")
    done = decide(viewer=firm.viewer("manager"), challenge=made, verdict=said)
    kept = done.observations.get()
    assert (kept.comment, kept.levels, kept.scaled, done.scaled) == ("Calm. Ask me at [e-mail address]", {}, None, None)
    page = firm.client("learner").get(f"/o/nordvik/challenges/{made.pk}/").content.decode()
    assert "Signed without a checklist." in page
    assert "Calm. Ask me at" in page


def test_whoever_returned_it_does_not_read_what_the_next_signer_saw(firm: Cast) -> None:
    made = handed_in(firm)
    low = a_verdict(made, sign=False, levels={"asks": 0}, comment="Too quick.", reason="No question, m@nordvik.example")
    back = decide(viewer=firm.viewer("manager"), challenge=made, verdict=low)
    assert back.turns.last().reason == "No question, [e-mail address]"
    path = f"/o/nordvik/sign-offs/{made.pk}/"
    assert "Too quick." in firm.client("manager").get(path).content.decode()
    again = hand_in(viewer=somebody(firm, "p-3"), challenge=back, asks=the_asks(firm), handed=Handed())
    Person.objects.filter(key="p-3").update(manager="m-2")
    decide(viewer=somebody(firm, "m-2", Role.MANAGER), challenge=again, verdict=a_verdict(again))
    page = firm.client("manager").get(path).content.decode()
    assert "Signed" in page
    assert "Calm, and to the point." not in page
    assert "Asks and says back" not in page
    assert "Calm, and to the point." in firm.client("learner").get(f"/o/nordvik/challenges/{made.pk}/").content.decode()


def test_of_two_who_act_on_the_same_page_one_wins_and_the_other_is_told(firm: Cast) -> None:
    made = handed_in(firm)
    seen_by_both = a_verdict(made)
    decide(viewer=firm.viewer("manager"), challenge=made, verdict=seen_by_both)
    with pytest.raises(Overtaken, match="signed it already"):
        decide(viewer=firm.viewer("manager"), challenge=made, verdict=seen_by_both)
    assert made.observations.count() == 1


def test_nobody_signs_who_is_not_asked_the_person_least_of_all(firm: Cast) -> None:
    made = handed_in(firm)
    for person in ("p-3", "p-6", "m-2"):
        with pytest.raises(InputError, match="not asked to sign"):
            decide(viewer=somebody(firm, person), challenge=made, verdict=a_verdict(made))
    made.refresh_from_db()
    assert made.state == "submitted"


def test_check_ins_are_answered_by_both_apart_once_and_not_before_their_day(firm: Cast) -> None:
    made = signed(firm)
    said = Answers(
        used=True, how_often="most", helped=["manager"], hindered=["no-time"], example="Mail me: a@b.example"
    )
    first = made.check_ins.get(days=30, source="self")
    with pytest.raises(InputError, match="not due"):
        answer_check_in(viewer=somebody(firm, "p-3"), check_in=first, answers=said)
    made.check_ins.update(due=made.planned.date())
    first.refresh_from_db()
    assert answer_check_in(viewer=somebody(firm, "p-3"), check_in=first, answers=said)
    assert not answer_check_in(viewer=somebody(firm, "p-3"), check_in=first, answers=said)
    other = made.check_ins.get(days=30, source="observer")
    with pytest.raises(InputError, match="do not fit together"):
        answer_check_in(viewer=firm.viewer("manager"), check_in=other, answers=Answers(used=True, how_often="never"))
    assert answer_check_in(
        viewer=firm.viewer("manager"), check_in=other, answers=Answers(used=False, how_often="never")
    )
    kept = CheckIn.objects.filter(days=30).order_by("source").values_list("source", "used", "example")
    assert list(kept) == [("observer", False, ""), ("self", True, "Mail me: [e-mail address]")]


def test_the_last_check_in_of_the_person_finishes_the_path_step(firm: Cast) -> None:
    made = signed(firm)
    made.check_ins.update(due=made.planned.date())
    viewer, said = somebody(firm, "p-3"), Answers(used=True, how_often="some")
    for one in made.check_ins.filter(source="self"):
        assert not StepRecord.objects.filter(step="later", verb="completed").exists()
        answer_check_in(viewer=viewer, check_in=one, answers=said)
    assert StepRecord.objects.filter(step="later", verb="completed").count() == 1


def test_the_checklist_somebody_planned_by_stays_when_the_file_changes(firm: Cast) -> None:
    made = handed_in(firm)
    (workspace_of(firm.organisation).root / "checklists" / "talk.yaml").write_text("format: none", encoding="utf-8")
    assert decide(viewer=firm.viewer("manager"), challenge=made, verdict=a_verdict(made, levels=GOOD)).state == "signed"


def asked_later(cast: Cast, folder: Path, words: str) -> Challenge:
    """A signed challenge whose path asks later in these words, with every day come."""
    made = signed(with_challenge(cast, folder, later=words))
    made.check_ins.update(due=made.planned.date())
    return made


def test_a_check_in_asks_what_the_path_says_of_whom_it_says(cast: Cast, tmp_path: Path) -> None:
    made = asked_later(cast, tmp_path, "asks: [how_often], of: [self]")
    assert {(one.source, tuple(one.questions)) for one in made.check_ins.all()} == {("self", ("used_it", "how_often"))}
    one = made.check_ins.get(days=30)
    address = f"/o/nordvik/check-ins/{one.pk}/"
    page = cast.client("learner").get(address).content.decode()
    assert "How often, when there was occasion?" in page
    assert "What was in the way?" not in page
    assert "One example" not in page
    cast.client("learner").post(address, {"used": "yes", "how_often": "most"})
    one.refresh_from_db()
    assert (one.used, one.how_often, one.helped) == (True, "most", [])
    told = json.loads(bytes(Statement.objects.order_by("stored").reverse()[0].payload))
    assert told["result"] == {"success": True, "response": "most"}
    assert not any("hindered" in key for key in told["context"]["extensions"])


def test_without_how_often_yes_and_no_contradict_nothing(cast: Cast, tmp_path: Path) -> None:
    one = asked_later(cast, tmp_path, "asks: [used_it], of: [self]").check_ins.get(days=30)
    assert answer_check_in(viewer=somebody(cast, "p-3"), check_in=one, answers=Answers(used=False))
    one.refresh_from_db()
    assert (one.used, one.how_often) == (False, "")


def test_where_only_whoever_signed_is_asked_their_answers_finish_the_step(cast: Cast, tmp_path: Path) -> None:
    made = asked_later(cast, tmp_path, "of: [observer]")
    assert {one.source for one in made.check_ins.all()} == {"observer"}
    for one in made.check_ins.all():
        answer_check_in(
            viewer=somebody(cast, "m-1", Role.MANAGER), check_in=one, answers=Answers(used=True, how_often="some")
        )
    assert StepRecord.objects.filter(step="later", verb="completed").exists()
