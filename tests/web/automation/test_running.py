"""Rules at work: on what happened since they are in force, for those they are for, once, and never over their limit."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.automation.builders import JOINERS, NOW, TODAY, a_firm, facts, hire, run, with_rules
from tests.web.cast import Cast
from tests.web.outbox.builders import run as send
from tests.web.paths.builders import a_round, records
from tests.web.roster import take_in
from tests.web.trials import trying

from upshot.errors import InputError
from upshot.plan.values import Duration
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Event
from upshot.web.automation import chores, services
from upshot.web.automation.following import follow_waves
from upshot.web.automation.happenings import between
from upshot.web.automation.language.words import When
from upshot.web.automation.models import Occurrence, RuleState, RuleVersion
from upshot.web.automation.personal import AutomationStore
from upshot.web.automation.selectors import rules_of
from upshot.web.automation.trying import try_rule
from upshot.web.outbox.models import House, Message
from upshot.web.paths.models import Certificate, Enrolment
from upshot.web.people.models import Person
from upshot.web.reviews.models import Review


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return a_firm(cast, tmp_path)


def said() -> list[tuple[str, str, str]]:
    return sorted((one.person, one.kind, one.context["heading"]) for one in Message.objects.exclude(kind="rule-held"))


def test_a_joiner_is_greeted_and_their_manager_asked_once(firm: Cast, tmp_path: Path) -> None:
    with_rules(firm, JOINERS)
    hire(firm, tmp_path, "2026-03-01", 1)
    hire(firm, tmp_path, "2026-03-01", 2, site="Oslo")
    (ran,) = run(firm)
    assert (ran.happenings, ran.messages) == (1, 2)
    assert said() == [("m-1", "task", "Say hello"), ("new-1", "note", "Good that you are here")]
    greeting = Message.objects.get(person="new-1")
    assert greeting.context["text"] == "You began on 1 March 2026."
    assert greeting.why == "A rule of your firm: Greet whoever joins."
    assert run(firm)[0].happenings == 0
    assert run(firm, TODAY + dt.timedelta(days=1))[0].happenings == 0
    assert Message.objects.count() == 2


def test_what_happened_before_a_rule_was_kept_or_long_ago_is_left_alone(firm: Cast, tmp_path: Path) -> None:
    hire(firm, tmp_path, "2026-02-27", 1)
    with_rules(firm, JOINERS, since=TODAY - dt.timedelta(days=1))
    hire(firm, tmp_path, "2026-02-20", 2)
    assert run(firm)[0].happenings == 0
    RuleState.objects.update(since=dt.date(2020, 1, 1))
    assert run(firm)[0].happenings == 1, "a week is caught up with"


def test_a_rule_that_is_off_does_nothing(firm: Cast, tmp_path: Path) -> None:
    with_rules(firm, JOINERS + "    active: false\n")
    hire(firm, tmp_path, "2026-03-01", 1)
    assert run(firm) == []


def test_movers_are_those_whose_place_changed(firm: Cast, tmp_path: Path) -> None:
    with_rules(firm, JOINERS.replace("event: joiner", "event: mover").replace("if: {site: [Bergen]}", "if: {}"))
    moved = {"person": "p-1", "team": "Fjord", "manager": "m-1", "role": "adviser", "site": "Bergen"}
    same = {"person": "p-2", "team": "Vidde", "manager": "m-1", "role": "adviser", "site": "Oslo"}
    more = {"region": "West", "hired": "2020-03-01", "valid_from": "2026-03-01"}
    take_in(firm.organisation, "people", [{**moved, **more}, {**same, **more}], tmp_path)
    (ran,) = run(firm)
    assert ran.happenings == 1
    assert Message.objects.filter(kind="note").get().person == "p-1"


def test_more_people_than_a_rule_may_reach_stop_it_until_somebody_decides(firm: Cast, tmp_path: Path) -> None:
    with_rules(firm, JOINERS + "    at_most: 3\n")
    hire(firm, tmp_path, "2026-03-01", 1, 2, 3, 4)
    assert run(firm)[0].held == 5, "four joiners and a manager"
    assert run(firm)[0].held == 5
    assert said() == []
    held = Message.objects.get()
    assert held.kind == "rule-held"
    assert held.context == {"people": "5", "rule": "Greet whoever joins", "at_most": "3"}

    leader, known = firm.viewer("leader"), facts(firm)
    rule = rules_of(firm.organisation, known.plan).rules[0]
    assert services.let_go_on(viewer=leader, rule=rule, facts=known) == 5
    assert services.let_go_on(viewer=leader, rule=rule, facts=known) == 0
    assert run(firm)[0].messages == 8
    hire(firm, tmp_path, "2026-03-02", 5, 6, 7, 8, 9)
    assert run(firm)[0].held == 6, "the yes was for one time"
    assert services.leave_out(viewer=leader, rule=rule, facts=known) == 5
    assert run(firm)[0].happenings == 0
    assert Occurrence.objects.filter(left_out=True).count() == 5


WAVES = """\
format: upshot-rules/1
rules:
  - id: waves
    title: Your training
    when: {event: wave-starts, initiative: selling, before: 14d}
    then: [{invite: wave}]
"""


def move_wave(firm: Cast, before: str, after: str) -> None:
    plan = workspace_of(firm.organisation).root / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_a_wave_is_put_into_the_calendar_follows_the_plan_and_is_taken_back(firm: Cast) -> None:
    House.objects.create(organisation=firm.organisation, record_only=True)
    move_wave(firm, "2099-01-05", "2026-03-16")
    with_rules(firm, WAVES)
    assert run(firm)[0].messages == 20, "the advisers who are not of the first wave"
    first = Message.objects.get(person="p-1")
    assert first.invitation is not None
    assert (first.invitation["start"], first.invitation["sequence"]) == ("2026-03-16", 0)
    assert follow_waves(facts(firm), NOW) == 0, "nothing moved"

    send(firm.organisation, NOW + dt.timedelta(hours=1))
    move_wave(firm, "2026-03-16", "2026-03-23")
    tomorrow = NOW + dt.timedelta(days=1)
    assert follow_waves(facts(firm, tomorrow.date()), tomorrow) == 20
    assert follow_waves(facts(firm, tomorrow.date()), tomorrow) == 0
    moved = Message.objects.get(person="p-1", kind="wave-moved")
    assert moved.invitation is not None
    assert moved.invitation["uid"] == first.invitation["uid"]
    assert (moved.invitation["start"], moved.invitation["sequence"]) == ("2026-03-23", 1)
    assert moved.context["before"] == "16 March 2026"

    move_wave(firm, "      - {id: two, start: 2026-03-23, where: \"team != 'Fjord'\"}\n", "")
    assert follow_waves(facts(firm, tomorrow.date()), tomorrow) == 0, "it was not sent yet, so it is only dropped"
    assert Message.objects.get(person="p-1", kind="wave-moved").note == "withdrawn"
    assert follow_waves(facts(firm, tomorrow.date()), tomorrow) == 20, "what was sent before is taken back"
    off = Message.objects.get(person="p-1", kind="wave-off")
    assert off.invitation is not None
    assert off.invitation["cancelled"]
    assert off.invitation["sequence"] == 2


def test_whose_day_was_taken_back_hears_of_a_new_one_and_who_has_left_is_not_told_again_every_round(firm: Cast) -> None:
    House.objects.create(organisation=firm.organisation, record_only=True)
    move_wave(firm, "2099-01-05", "2026-03-16")
    with_rules(firm, WAVES)
    run(firm)
    send(firm.organisation, NOW + dt.timedelta(hours=1))
    Person.objects.filter(organisation=firm.organisation, key="p-1").update(left=TODAY)

    wave = "      - {id: two, start: 2026-03-16, where: \"team != 'Fjord'\"}\n"
    tomorrow = NOW + dt.timedelta(days=1)
    move_wave(firm, wave, "")
    assert follow_waves(facts(firm, tomorrow.date()), tomorrow) == 20
    send(firm.organisation, tomorrow + dt.timedelta(hours=1))
    assert Message.objects.get(person="p-1", kind="wave-off").note == "left"
    assert follow_waves(facts(firm, tomorrow.date()), tomorrow) == 0

    first = "      - {id: one, start: 2025-03-03, where: \"team = 'Fjord'\"}\n"
    move_wave(firm, first, first + wave.replace("03-16", "04-20"))
    later = tomorrow + dt.timedelta(days=1)
    assert follow_waves(facts(firm, later.date()), later) == 20
    assert follow_waves(facts(firm, later.date()), later) == 0
    again = Message.objects.filter(person="p-2", kind="wave-starts").latest("pk")
    assert again.invitation is not None
    assert (again.invitation["start"], again.invitation["sequence"]) == ("2026-04-20", 2)


def test_a_day_that_was_withdrawn_before_anybody_heard_of_it_is_told_once_there_is_another(firm: Cast) -> None:
    move_wave(firm, "2099-01-05", "2026-03-16")
    with_rules(firm, WAVES)
    run(firm)
    wave = "      - {id: two, start: 2026-03-16, where: \"team != 'Fjord'\"}\n"
    move_wave(firm, wave, "")
    assert follow_waves(facts(firm), NOW) == 0
    assert set(Message.objects.values_list("note", flat=True)) == {"withdrawn"}
    first = "      - {id: one, start: 2025-03-03, where: \"team = 'Fjord'\"}\n"
    move_wave(firm, first, first + wave.replace("03-16", "04-20"))
    assert follow_waves(facts(firm), NOW) == 20
    assert Message.objects.filter(kind="wave-starts", state="waiting").count() == 20
    assert follow_waves(facts(firm), NOW) == 0


def test_a_rule_enrols_those_of_the_audience_and_nobody_twice(firm: Cast, tmp_path: Path) -> None:
    with_rules(
        firm, JOINERS.replace("if: {site: [Bergen]}", "if: {}").split("      - message")[0] + "      - enrol: selling\n"
    )
    hire(firm, tmp_path, "2026-03-01", 1)
    assert run(firm)[0].enrolments == 1
    enrolment = Enrolment.objects.get(person="new-1")
    assert (enrolment.initiative, enrolment.wave, enrolment.starts) == ("selling", "one", dt.date(2026, 3, 1))
    assert run(firm)[0].enrolments == 0
    assert not Message.objects.exists()


def test_steps_done_and_steps_overdue_are_found_on_their_day(firm: Cast, tmp_path: Path) -> None:
    records(firm, tmp_path, ("p-3", "https://intranet.nordvik.example/basics", "completed", "2026-03-01"))
    a_round(firm, TODAY)
    with_rules(
        firm,
        WAVES.replace("event: wave-starts, initiative: selling, before: 14d", "event: step-done").replace(
            "invite: wave", 'message: {heading: "{step} is done", text: "Of {initiative}."}'
        ),
    )
    assert run(firm)[0].happenings == 1
    note = Message.objects.get()
    assert (note.person, note.context["heading"], note.context["text"]) == (
        "p-3",
        "Basics is done",
        "Of Value selling.",
    )

    late = facts(firm)
    found = between(late, When(event="overdue", initiative="selling"), dt.date(2025, 3, 1), TODAY)
    basics = [one for one in found if one.step == "basics"]
    assert {one.day for one in basics} == {dt.date(2025, 3, 18)}, "fourteen days after the third of March, and one"
    assert len(basics) == 10, "everybody of the first wave: the one who did it was late too"


def test_reminders_that_are_tried_by_lot_reach_only_whose_turn_it_is_and_the_others_have_it_on_record(
    firm: Cast, tmp_path: Path
) -> None:
    trying(firm, "nudge")
    for person in ("p-3", "p-1"):
        records(firm, tmp_path, (person, "https://intranet.nordvik.example/basics", "completed", "2026-03-01"))
    a_round(firm, TODAY)
    with_rules(
        firm,
        WAVES.replace("event: wave-starts, initiative: selling, before: 14d", "event: step-done").replace(
            "invite: wave", 'message: {heading: "{step} is done", text: "Go on."}'
        ),
    )
    assert run(firm)[0].happenings == 2
    assert sorted(Message.objects.values_list("person", "state", "note")) == [
        ("p-1", "waiting", ""),
        ("p-3", "dropped", "turn"),
    ]


def test_a_certificate_that_runs_out_is_told_of_before(firm: Cast, tmp_path: Path) -> None:
    a_round(firm, TODAY)
    enrolment = Enrolment.objects.get(person="p-3")
    for given, expires in (("2024-04-01", "2026-03-20"), ("2025-04-01", "2026-04-01")):
        Certificate.objects.create(enrolment=enrolment, version=enrolment.version, given=given, expires=expires)
    when = When(event="certificate-expiring", before=Duration(days=30))
    found = between(facts(firm), when, dt.date(2026, 2, 1), dt.date(2026, 3, 31))
    assert [(one.day, one.about) for one in found] == [(dt.date(2026, 3, 2), dt.date(2026, 4, 1))], "the newest counts"


def test_a_kpi_that_reads_unusually_a_late_feed_and_a_review_reach_those_who_see_to_it(
    firm: Cast, tmp_path: Path
) -> None:
    months = [f"2025-{month:02}" for month in range(1, 13)] + ["2026-01"]
    readings = [
        {
            "kpi": "conversion",
            "person": "p-1",
            "period": month,
            "value": str(10 + number % 2 if month != "2026-01" else 90),
        }
        for number, month in enumerate(months)
    ]
    take_in(firm.organisation, "kpis", readings, tmp_path)
    drifts = between(facts(firm), When(event="kpi-drifts"), dt.date(2026, 1, 1), TODAY)
    assert [(one.day, one.kpi) for one in drifts] == [(dt.date(2026, 2, 1), "conversion")]
    assert "Offers taken up read 90" in drifts[0].what

    Review.objects.create(organisation=firm.organisation, initiative="selling", due="2026-03-09", by_hand=True)
    when = When(event="review-due", before=Duration(days=7))
    reviews = between(facts(firm), when, dt.date(2026, 2, 1), TODAY)
    assert [(one.day, one.about) for one in reviews] == [(TODAY, dt.date(2026, 3, 9))]
    assert list(between(facts(firm), When(event="data-late"), dt.date(2025, 1, 1), TODAY)) == [], "nothing is watched"


LATE = """\
format: upshot-rules/1
rules:
  - id: late-data
    title: See to data that are late
    when: {event: data-late}
    then:
      - task: {to: analysts, heading: "{kpi} is late", text: "{what}"}
"""


def fed(firm: Cast, folder: Path, *months: str) -> None:
    """The plan watches how fresh a KPI is, and its readings come month by month."""
    plan = workspace_of(firm.organisation).root / "plan.yaml"
    text = plan.read_text(encoding="utf-8")
    if "freshness" not in text:
        plan.write_text(text.replace("    type: mean\n", "    type: mean\n    freshness: 40d\n", 1), encoding="utf-8")
    take_in(
        firm.organisation,
        "kpis",
        [{"kpi": "conversion", "person": "p-1", "period": month, "value": "4"} for month in months],
        folder,
    )


def test_data_that_are_late_are_told_to_analysts_once_until_newer_ones_are_late(firm: Cast, tmp_path: Path) -> None:
    """Forty days after the end of the newest month that came, a newer one is due: on the ninth of February."""
    fed(firm, tmp_path, "2025-11", "2025-12")
    with_rules(firm, LATE, since=dt.date(2026, 2, 1))
    (analyst,) = (f"@{firm.users['analyst'].pk}",)
    due = dt.date(2026, 2, 9)
    assert run(firm, due)[0].happenings == 0, "on the day itself it may still come"
    for day in (1, 2, 5):
        run(firm, due + dt.timedelta(days=day))
    told = Message.objects.get()
    assert (told.person, told.kind, told.context["heading"]) == (analyst, "task", "Offers taken up is late")
    assert "The newest reading of Offers taken up is of" in told.context["text"]
    fed(firm, tmp_path, "2026-01")
    assert run(firm, due + dt.timedelta(days=6))[0].happenings == 0, "it came"
    run(firm, dt.date(2026, 3, 13))
    assert Message.objects.count() == 2, "the next one is late too, and that is another thing"


def test_trying_a_rule_counts_and_shows_words_and_writes_nothing(firm: Cast, tmp_path: Path) -> None:
    with_rules(firm, JOINERS)
    hire(firm, tmp_path, "2026-02-20", 1, 2)
    hire(firm, tmp_path, "2026-01-02", 3)
    known = facts(firm)
    rule = rules_of(firm.organisation, known.plan).rules[0]
    tried = try_rule(known, rule)
    assert (tried.happenings, tried.people, tried.messages, tried.staff) == (2, 3, 4, 35)
    assert (tried.most, tried.most_on) == (3, dt.date(2026, 2, 20))
    assert tried.by_day == ((dt.date(2026, 2, 20), 2),)
    assert [words.heading for words in tried.examples] == ["Good that you are here", "To do: Say hello"]
    assert not tried.asks(rule)
    assert not Message.objects.exists()
    assert not Occurrence.objects.exists()


def test_a_rule_that_would_reach_everybody_is_kept_only_with_a_yes_to_the_count(firm: Cast) -> None:
    move_wave(firm, "2099-01-05", "2026-03-16")
    leader, known = firm.viewer("leader"), facts(firm)
    with pytest.raises(services.AskFirst) as asked:
        services.keep_rules(viewer=leader, facts=known, text=WAVES, base=0)
    assert asked.value.people == 20
    assert "would reach 20 of 32 people" in str(asked.value)
    with pytest.raises(services.AskFirst):
        services.keep_rules(viewer=leader, facts=known, text=WAVES, base=0, agreed=19)
    kept = services.keep_rules(viewer=leader, facts=known, text=WAVES, base=0, agreed=20, note="Invite")
    assert (kept.number, kept.note) == (1, "Invite")
    assert Event.objects.get(action="rules-kept").detail == {"rules": 1, "changed": ["waves"]}
    assert services.keep_rules(viewer=leader, facts=known, text=WAVES, base=1) == kept, "the same text is no version"
    with pytest.raises(InputError, match="other rules while you wrote"):
        services.keep_rules(viewer=leader, facts=known, text=JOINERS, base=0)


def test_the_chore_runs_every_quarter_of_an_hour_and_survives_rules_that_no_longer_load(
    firm: Cast, tmp_path: Path
) -> None:
    with_rules(firm, JOINERS)
    hire(firm, tmp_path, "2026-03-01", 1)
    chores.due(NOW)
    assert Message.objects.count() == 2
    hire(firm, tmp_path, "2026-03-02", 2)
    chores.due(NOW + dt.timedelta(minutes=10))
    assert Message.objects.count() == 2
    chores.due(NOW + dt.timedelta(minutes=16))
    assert Message.objects.count() == 4
    RuleVersion.objects.create(organisation=firm.organisation, number=2, text=JOINERS.replace("joiner}", "nothing}"))
    chores.due(NOW + dt.timedelta(minutes=40))
    assert Message.objects.count() == 4


def test_what_rules_hold_of_a_person_is_exported_and_erased(firm: Cast, tmp_path: Path) -> None:
    with_rules(firm, JOINERS)
    hire(firm, tmp_path, "2026-03-01", 1)
    run(firm)
    store = AutomationStore()
    assert store.export(firm.organisation, "new-1") == [{"rule": "greet", "day": "2026-03-01"}]
    assert store.erase(firm.organisation, "new-1") == 1
    assert store.export(firm.organisation, "new-1") == []
