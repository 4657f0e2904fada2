"""Firm, programme and person switch it on; nothing is computed for whoever did not; a lot decides from when."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.cast import Cast
from tests.web.challenges.builders import somebody
from tests.web.motivation.builders import a_badge_rule, a_certificate, chose, offering, taken_badge

from upshot.errors import InputError
from upshot.web.audit.models import Event
from upshot.web.motivation.models import Badge, Choice, ChoiceChange, Element, Firm, Programme, Recognition
from upshot.web.motivation.offering import choosing, offered, standing_of
from upshot.web.motivation.services.awarding import offer
from upshot.web.motivation.services.consenting import choose
from upshot.web.motivation.services.recognising import recognise
from upshot.web.motivation.services.switching import set_programme, switch_firm
from upshot.web.outbox.models import Message

ON = dt.date(2026, 11, 24)
PAGE = "/o/nordvik/learning/what-i-see/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return offering(cast, tmp_path)


def tables_read(client: Client, path: str = PAGE) -> set[str]:
    """Tables that opening a page read, of those that hold what is shown of a person."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    text = " ".join(one["sql"] for one in caught.captured_queries)
    named = (
        "motivation_goal", "motivation_recognition", "motivation_badge", "motivation_teamgoal", "practice_attempt",
        "paths_enrolment", "competencies_evidence", "challenges_challenge",
    )  # fmt: skip
    return {one for one in named if f'"{one}"' in text}


def test_everything_is_off_until_firm_programme_and_person_turned_it_on(firm: Cast) -> None:
    assert not standing_of(somebody(firm, "p-3"), on=ON).chosen
    chose(firm, "goals")
    assert standing_of(somebody(firm, "p-3"), on=ON).chosen == {"goals"}
    Programme.objects.update(elements=["levels"])
    assert not standing_of(somebody(firm, "p-3"), on=ON).chosen
    Programme.objects.update(elements=["goals"])
    Firm.objects.update(on=False)
    assert standing_of(somebody(firm, "p-3"), on=ON).offered == frozenset()


def test_nothing_is_read_of_somebody_who_chose_nothing(firm: Cast) -> None:
    assert tables_read(firm.client("learner")) == set()


@pytest.mark.parametrize(
    ("element", "read"),
    [
        ("goals", {"motivation_goal", "paths_enrolment", "competencies_evidence"}),
        ("levels", {"competencies_evidence"}),
        ("missions", {"paths_enrolment"}),
        ("bests", {"practice_attempt", "challenges_challenge"}),
        ("recognition", {"motivation_recognition"}),
        ("badges", {"motivation_badge"}),
        ("team", {"motivation_teamgoal"}),
    ],
)
def test_an_element_reads_what_it_needs_and_nothing_of_the_others(firm: Cast, element: str, read: set[str]) -> None:
    chose(firm, element)
    assert tables_read(firm.client("learner")) == read


def test_quiet_bests_are_read_only_when_asked_for(firm: Cast) -> None:
    choose(viewer=somebody(firm, "p-3"), wanted=["bests"], quiet=["bests"])
    assert tables_read(firm.client("learner")) == set()
    assert tables_read(firm.client("learner"), f"{PAGE}?show=bests") == {"practice_attempt", "challenges_challenge"}


def test_every_change_is_on_record_with_its_day_and_the_audit_does_not_say_which(firm: Cast) -> None:
    viewer = chose(firm, "goals", "badges")
    choose(viewer=viewer, wanted=["badges"])
    choose(viewer=viewer, wanted=["badges"])
    changes = list(ChoiceChange.objects.order_by("pk").values_list("element", "on"))
    assert changes == [("badges", True), ("goals", True), ("goals", False)]
    logged = Event.objects.filter(action="motivation-choices-changed")
    assert [(one.subject, one.detail) for one in logged] == [("", {}), ("", {})]
    assert "What you chose, and when" in firm.client("learner").get(PAGE).content.decode()


def test_what_is_not_offered_cannot_be_chosen_and_what_was_chosen_can_always_be_withdrawn(firm: Cast) -> None:
    Programme.objects.update(elements=["goals"])
    with pytest.raises(InputError, match="not offered"):
        chose(firm, "badges")
    viewer = chose(firm, "goals")
    Programme.objects.update(elements=["levels"])
    choose(viewer=viewer, wanted=[])
    assert not Choice.objects.exists()


def test_a_withdrawal_takes_back_messages_and_the_public_page(firm: Cast) -> None:
    badge = taken_badge(firm)
    chose(firm, "badges", "recognition")
    recognise(viewer=firm.viewer("manager"), person="p-3", text="You asked twice before you offered anything.")
    assert Client().get(f"/badges/{badge.pk}/").status_code == 200
    chose(firm)
    assert set(Message.objects.filter(kind="recognition").values_list("state", flat=True)) == {"dropped"}
    assert Client().get(f"/badges/{badge.pk}/").status_code == 410
    assert Client().get(f"/badges/{badge.pk}/credential.jwt").status_code == 410
    assert "asked twice" not in firm.client("learner").get(PAGE).content.decode()
    chose(firm, "badges", "recognition")
    assert Client().get(f"/badges/{badge.pk}/").status_code == 200
    assert Recognition.objects.count() == 1


def test_a_firm_that_turns_it_off_leaves_badges_to_those_who_took_them(firm: Cast) -> None:
    badge = taken_badge(firm)
    switch_firm(viewer=firm.viewer("administrator"), on=False, sentences=3)
    assert Client().get(f"/badges/{badge.pk}/").status_code == 200
    assert "switched off" in firm.client("learner").get(PAGE).content.decode()
    assert Event.objects.filter(action="motivation-off").count() == 1


def test_badges_are_offered_to_nobody_who_did_not_choose_them(firm: Cast) -> None:
    a_badge_rule(firm)
    a_certificate(firm)
    a_certificate(firm, "p-6")
    chose(firm, "badges", person="p-6")
    assert offer(firm.organisation, on=ON) == 1
    assert list(Badge.objects.values_list("person", flat=True)) == ["p-6"]


def test_the_lot_decides_who_is_offered_it_first(firm: Cast) -> None:
    Programme.objects.update(when="with-wave", elements=["goals"])
    given = offered(firm.organisation, ["p-3", "p-1", "m-1"], on=ON)
    assert given == {"p-3": frozenset({"goals"}), "p-1": frozenset(), "m-1": frozenset()}
    later = offered(firm.organisation, ["p-1"], on=dt.date(2099, 1, 5))
    assert later == {"p-1": frozenset({"goals"})}


def test_no_other_programme_offers_what_the_lot_withholds(firm: Cast) -> None:
    path = firm.viewer("leader").workspace.root / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    again = text[text.index("  - id: selling") : text.index("    path:")].replace("id: selling", "id: trial")
    path.write_text(text + again, encoding="utf-8")
    Programme.objects.update(elements=["goals", "bests"])
    Programme.objects.create(organisation=firm.organisation, initiative="trial", elements=["goals"], when="with-wave")
    given = offered(firm.organisation, ["p-3", "p-1"], on=ON)
    assert given == {"p-3": frozenset({"goals", "bests"}), "p-1": frozenset({"bests"})}
    viewer = somebody(firm, "p-1")
    with pytest.raises(InputError, match="not offered"):
        choose(viewer=viewer, wanted=["goals"])
    Choice.objects.create(organisation=firm.organisation, person="p-1", element="goals")
    assert choosing(firm.organisation, Element.GOALS, on=ON) == set()


def test_waves_are_followed_only_where_the_plan_has_some(firm: Cast) -> None:
    path = firm.viewer("leader").workspace.root / "plan.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(one for one in lines if "waves:" not in one and "start: 20" not in one), encoding="utf-8")
    with pytest.raises(InputError, match="no waves"):
        set_programme(viewer=firm.viewer("designer"), initiative="selling", elements=["goals"], when="with-wave")


def test_what_a_programme_offers_is_audited_and_an_empty_one_is_none(firm: Cast) -> None:
    designer = firm.viewer("designer")
    set_programme(viewer=designer, initiative="selling", elements=["badges", "goals"], when="at-once")
    set_programme(viewer=designer, initiative="selling", elements=["goals", "badges"], when="at-once")
    assert Programme.objects.get().elements == ["goals", "badges"]
    set_programme(viewer=designer, initiative="selling", elements=[], when="at-once")
    assert not Programme.objects.exists()
    logged = Event.objects.filter(action="motivation-programme-set").order_by("pk")
    assert [one.detail["elements"] for one in logged] == [["goals", "badges"], []]
