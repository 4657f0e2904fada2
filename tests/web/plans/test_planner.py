"""Could it be seen, and who starts when: pages over a firm with readings, and what is written into the plan."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import a_member
from tests.workspace.test_planning import a_planned_firm

from upshot.plan.change import Add, Set, change
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Role
from upshot.web.plans.models import Function, PromiseLock, Version
from upshot.web.plans.opening import Today
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import sign_on_paper
from upshot.web.plans.services import opened, store
from upshot.web.plans.views_planner import wave_changes
from upshot.workspace.waves import PlannedWave, WavePlan

RULES = {"waves": "2", "gap": "3", "hold_back": "0", "seed": "11"}


@pytest.fixture
def firm(home: Path, db: None) -> Organisation:
    """A firm of simulated people with readings before launch."""
    a_planned_firm(home / "firm")
    return Organisation.objects.create(slug="firm", name="Firm", folder="firm")


def a_client(firm: Organisation, role: Role) -> Client:
    client = Client()
    client.force_login(a_member(firm, role))
    return client


def plan_of(firm: Organisation) -> Today:
    version = opened(firm)
    return version, parsed(version.text)


def url(firm: Organisation, name: str) -> str:
    return reverse(name, kwargs={"org": "firm", "key": plan_of(firm)[1].plan.initiatives[0].id})


def test_the_verdict_is_there_before_money_is_spent(firm: Organisation) -> None:
    body = a_client(firm, Role.EXECUTIVE).get(url(firm, "visibility")).content.decode()
    assert "Smallest effect it could see" in body
    assert "Other ways to run it" in body


def test_drawn_waves_are_shown_and_written_into_the_plan_with_their_seed(firm: Organisation) -> None:
    client = a_client(firm, Role.LEADER)
    shown = client.post(url(firm, "rollout"), RULES).content.decode()
    assert "seed 11" in shown
    assert "Are the waves alike before the start?" in shown
    assert Version.objects.count() == 1
    reply = client.post(url(firm, "rollout"), {**RULES, "do": "store", "base": "1"})
    assert reply["Location"] == url(firm, "promise")
    version, document = plan_of(firm)
    initiative = document.plan.initiatives[0]
    assert (version.number, version.source) == (2, "planner")
    assert "seed 11" in version.note
    assert initiative.design.seed == 11
    assert [wave.id for wave in initiative.waves] == ["wave-1", "wave-2"]
    assert sum(wave.share or 0 for wave in initiative.waves) == pytest.approx(1)


def test_waves_of_support_name_their_teams_so_that_nobody_has_to_be_put_on_the_roster(firm: Organisation) -> None:
    version, document = plan_of(firm)
    here, item = ("initiatives",), document.plan.initiatives[0]
    support = {"kind": "digest", "of": item.id}
    path = [{"id": "basics", "kind": "module"}]
    trial = {"id": "trial", "serves": list(item.serves), "support": support, "hypothesis": {"if": "a", "then": "b"}}
    trial |= {"audience": {}, "expected": [{"kpi": item.expected[0].kpi}]}
    trial |= {"waves": [{"id": "soon", "start": dt.date(2030, 1, 1), "share": 0.5}]}
    trial |= {"design": {"assign": "random-by-team"}}
    text = change(document, [Set((*here, item.id, "path"), path), Add(here, trial)]).text
    store(organisation=firm, author=None, text=text, base=version.number, source=Version.Source.FORM)
    first = PlannedWave(number=1, start=dt.date(2026, 1, 5), units=2, people=9)
    drawn = WavePlan(by="team", waves=(first,), held_back=2, seed=7, teams=(("b", 1), ("a", 1), ("c", None)))
    after = change(parsed(text), wave_changes(parsed(text).plan.initiative("trial"), drawn)).plan.initiative("trial")
    (wave,) = after.waves
    assert (wave.id, wave.share, str(wave.where)) == ("wave-1", 0.5, "team in ('a', 'b')")
    training = change(parsed(text), wave_changes(parsed(text).plan.initiative(item.id), drawn)).plan
    assert training.initiative(item.id).waves[0].where is None


def test_rules_that_contradict_each_other_are_said_above_the_form(firm: Organisation) -> None:
    client = a_client(firm, Role.LEADER)
    body = client.post(url(firm, "rollout"), {**RULES, "seats": "1"}).content.decode()
    assert "Not stored yet." in body
    assert 'value="11"' in body
    half = client.post(url(firm, "rollout"), {**RULES, "closed_from": "2030-01-01"}).content.decode()
    assert "Give both days, or neither." in half


def test_who_may_not_edit_sees_the_page_and_draws_nothing(firm: Organisation) -> None:
    client = a_client(firm, Role.EXECUTIVE)
    assert client.get(url(firm, "rollout")).status_code == 200
    assert client.post(url(firm, "rollout"), RULES).status_code == 403


def test_a_lock_takes_the_baseline_that_was_measured(firm: Organisation) -> None:
    client = a_client(firm, Role.LEADER)
    version, document = plan_of(firm)
    here = ("initiatives", document.plan.initiatives[0].id)
    first = document.plan.initiatives[0]
    later = [
        Set((*here, "waves", at, "start"), wave.start.replace(year=wave.start.year + 30))
        for at, wave in enumerate(first.waves)
    ]
    named = [Set(("kpis", "calls", "unit"), "calls"), Set(("kpis", "calls", "direction"), "up")]
    store(organisation=firm, author=None, text=change(document, [*later, *named]).text, base=version.number)
    _, document = plan_of(firm)
    for function in Function:
        sign_on_paper(organisation=firm, document=document, initiative_id=first.id, function=function, name="On paper")
    reply = client.post(url(firm, "promise-lock"), {"seen": client.get(url(firm, "promise")).context["digest"]})
    assert reply.status_code == 302, reply.context["refused"]
    assert set(PromiseLock.objects.get().baseline) == {first.expected[0].kpi}
