"""The demonstration's paths: what records imply is written once, and the learner has a certificate to renew."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.paths.builders import STEPS, enrolled, records, with_path

from upshot.web.paths.models import Certificate, Commitment, Enrolment, LiveSession, StepRecord
from upshot.web.paths.seeding import seed

TRIED = STEPS + "      - {id: real, kind: challenge, title: One of my own, needs: [mine]}\n"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """p-6 tried it at work, of which the feed knows; the sentence before it no feed could know."""
    with_path(cast, tmp_path, steps=TRIED)
    days = [("basics", "2026-11-05"), ("openings", "2026-11-06"), ("real", "2026-11-16")]
    records(cast, tmp_path, *(("p-6", f"selling/{step}", "completed", day) for step, day in days))
    return cast


def test_who_tried_it_at_work_has_written_a_sentence_before_and_twice_changes_nothing(firm: Cast) -> None:
    leader = firm.users["leader"]
    assert seed(firm.organisation, leader, learner="p-3") == 30
    counts = [model.objects.count() for model in (Enrolment, StepRecord, Certificate, Commitment, LiveSession)]
    assert seed(firm.organisation, leader, learner="p-3") == 30
    assert counts == [model.objects.count() for model in (Enrolment, StepRecord, Certificate, Commitment, LiveSession)]
    assert enrolled(firm, "p-6").records.get(step="mine").day == dt.date(2026, 11, 13)
    assert enrolled(firm, "p-6").done == dt.date(2026, 11, 16)
    assert Commitment.objects.get().reader == "m-1"


def test_the_learners_certificate_is_up_for_renewal(firm: Cast) -> None:
    seed(firm.organisation, firm.users["leader"], learner="p-3")
    held = Certificate.objects.get(enrolment__person="p-3")
    assert held.by_hand
    assert "Time to renew it" in firm.client("learner").get("/o/nordvik/learning/").content.decode()
