"""The simulated firm before it is exported: its people, its lots, its readings, its learning records."""

import datetime as dt

import numpy as np
import pytest

from upshot.workspace.harbour import SEED, harbour_plan
from upshot.workspace.harbour.calendar import MONTHS, month_index
from upshot.workspace.harbour.effects import average_effect, growing
from upshot.workspace.harbour.facts import FIRST_SITES, Facts, make_facts
from upshot.workspace.harbour.people import make_firm
from upshot.workspace.harbour.schedule import deal_people, deal_teams, wave_months
from upshot.workspace.harbour.traps import engagement, errors, worst_first

PLAN = harbour_plan().plan


def test_the_same_seed_makes_the_same_firm(facts: Facts) -> None:
    again = make_facts(PLAN, SEED)
    assert again.records == facts.records
    assert again.names == facts.names
    for name, parts in facts.readings.items():
        for one, other in zip(parts, again.readings[name], strict=True):
            assert np.array_equal(one.value, other.value)


def test_another_seed_makes_another_firm_with_other_lots() -> None:
    firm, other = make_firm(np.random.default_rng(1)), make_firm(np.random.default_rng(2))
    assert len(firm.people) != len(other.people)
    one = deal_teams(PLAN, firm, "needs-first", "branch", 0)
    two = deal_teams(PLAN, firm, "needs-first", "branch", 1)
    assert not np.array_equal(one.wave, two.wave)


def test_nobody_leaves_before_being_hired_and_leads_lead_one_team_each(facts: Facts) -> None:
    people = facts.firm.people
    gone = ~np.isnat(people.left)
    assert (people.left[gone] >= people.hired[gone]).all()
    assert people.lead.sum() == len(facts.firm.teams)
    assert (facts.firm.leads() >= 0).all()


def test_a_lot_by_team_deals_every_team_and_keeps_the_planned_shares(facts: Facts) -> None:
    dealt = deal_teams(PLAN, facts.firm, "faster-wrap-up", "everyday-line", 0)
    assert np.bincount(dealt.wave).tolist() == [12, 12, 12, 12]
    assert sorted(dealt.units) == sorted(facts.firm.teams_of("everyday-line"))


def test_a_lot_by_person_splits_teams(facts: Facts) -> None:
    dealt = deal_people(PLAN, facts.firm, "calm-on-the-line", "cards-line", 0)
    teams = facts.firm.people.team[dealt.units]
    waves = [len(set(dealt.wave[teams == team].tolist())) for team in set(teams.tolist())]
    assert min(waves) > 1


def test_everybody_of_a_drawn_team_carries_its_wave_but_the_lead(facts: Facts) -> None:
    people = facts.firm.people
    for team in facts.firm.teams_of("branch"):
        members = np.flatnonzero((people.team == team) & ~people.lead)
        assert len({facts.waves[person] for person in members}) == 1
    assert all(facts.waves[lead] == "" for lead in facts.firm.leads())


def test_the_effect_of_needs_first_grows_for_three_months_then_stays() -> None:
    share = growing(np.array([5]))[0]
    assert share[4:9].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1, 1])
    start = np.array([5, 10])
    assert average_effect(growing(start), start) == pytest.approx((1 / 3 + 2 / 3 + 3) / 5)


def test_managers_pick_the_teams_that_were_worst_just_before(facts: Facts) -> None:
    found = errors(facts.firm, np.random.default_rng(3))
    starts = wave_months(PLAN, "careful-hands")
    picked = worst_first(found, starts, (12, 8))
    assert found.below is not None
    rate = found.value / found.below
    lately = rate[:, starts[0] - 3 : starts[0]].mean(axis=1)
    assert np.bincount(picked).tolist() == [14, 12, 8]
    assert lately[picked == 1].mean() > 1.2 * lately[picked != 1].mean()


def test_errors_fall_as_much_in_teams_that_were_never_picked(facts: Facts) -> None:
    found = facts.readings["errors-per-1000"][0]
    assert found.below is not None
    never = facts.rounds[found.units] == 0
    first, last = slice(0, 6), slice(MONTHS - 6, MONTHS)
    rate = [found.value[never, part].sum() / found.below[never, part].sum() for part in (first, last)]
    assert rate[1] < 0.85 * rate[0]


def test_teams_of_volunteers_were_rising_before_anybody_came(facts: Facts) -> None:
    found = engagement(facts.firm, np.random.default_rng(4))
    came = found.finished >= 0
    before = found.pulse.value[:, 9:12].mean(axis=1) - found.pulse.value[:, 0:3].mean(axis=1)
    assert 40 <= came.sum() <= 75
    assert before[came].mean() > before[~came].mean() + 2


def test_new_colleagues_need_nine_days_less_once_their_site_has_started(facts: Facts) -> None:
    found, people = facts.onboarding, facts.firm.people
    site = np.array([facts.firm.teams[team].site for team in people.team[found.units]])
    first, hired = np.isin(site, FIRST_SITES) & found.reached, people.hired[found.units]
    late = (hired >= np.datetime64("2025-10-01")) & (hired < np.datetime64("2026-07-01"))
    early = hired < np.datetime64("2025-10-01")
    gap = found.days[first & late].mean() - found.days[first & early].mean()
    other = ~np.isin(site, FIRST_SITES) & found.reached
    drift = found.days[other & late].mean() - found.days[other & early].mean()
    assert gap - drift == pytest.approx(-9, abs=4)


def test_nobody_learns_before_the_wave_starts_after_leaving_or_in_the_future(facts: Facts) -> None:
    people = facts.firm.people
    place = {login: number for number, login in enumerate(people.login)}
    starts = {wave.id: np.datetime64(wave.start) for initiative in PLAN.initiatives for wave in initiative.waves}
    for record in facts.records:
        person = place[record.login]
        left = people.left[person]
        assert record.day < np.datetime64("2026-11-24")
        assert np.isnat(left) or record.day <= left
        assert record.day >= people.hired[person]
        if record.course.code.startswith(("NF", "FW", "CL")):
            assert record.day >= starts[facts.waves[person]]


def test_a_certificate_lapses_a_year_after_it_was_earned_unless_renewed(facts: Facts) -> None:
    passed: dict[str, list[np.datetime64]] = {}
    lapsed = 0
    for record in facts.records:
        if record.course.code == "KYC-2025" and record.status == "Passed":
            passed.setdefault(record.login, []).append(record.day)
        if record.status == "Expired":
            lapsed += 1
            age = record.day - max(day for day in passed[record.login] if day < record.day)
            assert 355 <= age.astype(int) <= 365
    assert 20 <= lapsed <= 120
    assert sum(len(days) > 1 for days in passed.values()) > 400


def test_most_who_start_finish_and_some_fail_first(facts: Facts) -> None:
    said = [record.status for record in facts.records if record.course.code == "FW-102"]
    assert said.count("Passed") > 0.75 * said.count("Enrolled")
    assert 0 < said.count("Failed") < 0.2 * said.count("Passed")


def test_use_at_work_is_signed_off_after_the_course_and_rarely_for_careful_hands(facts: Facts) -> None:
    signed = dict.fromkeys(("careful-hands/ten-cases", "faster-wrap-up/twenty-notes"), 0)
    finished = {"CH-102": 0, "FW-102": 0}
    for record in facts.records:
        if record.course.code in signed:
            signed[record.course.code] += 1
        if record.course.code in finished and record.status in ("Passed", "Completed"):
            finished[record.course.code] += 1
    assert signed["careful-hands/ten-cases"] < 0.5 * finished["CH-102"]
    assert signed["faster-wrap-up/twenty-notes"] > 0.7 * finished["FW-102"]


def test_discounts_fall_when_the_deal_desk_opens(facts: Facts) -> None:
    found = facts.readings["discount-depth"][0]
    opens = month_index(dt.date(2026, 4, 1))
    before, after = found.value[:, :opens][found.seen[:, :opens]], found.value[:, opens:][found.seen[:, opens:]]
    assert after.mean() - before.mean() == pytest.approx(-0.024, abs=0.006)
