"""The map from role to content, its gaps, its lines, and what the studio makes of it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.competencies.builders import PLAN, a_plan
from tests.web.practice.builders import TEXT, a_published

from upshot.scenario import Surroundings, examine
from upshot.web.competencies.linking import draw
from upshot.web.competencies.mapping import MapInitiative
from upshot.web.competencies.models import ActionLink
from upshot.web.competencies.selectors import map_of
from upshot.web.practice.models import Scenario


def lines_of(cast: Cast) -> MapInitiative:
    """The only initiative's lines."""
    found = map_of(cast.viewer("designer"))
    assert found is not None
    (one,) = found.initiatives
    return one


def test_the_map_begins_with_every_gap_marked(cast: Cast) -> None:
    a_plan(cast)
    one = lines_of(cast)
    assert one.role == "role = 'agent'"
    assert [action.gap for action in one.actions] == ["competency", "competency"]
    assert [(step.title, step.gap) for step in one.practice] == [
        ("Late parcels", "scenario"), ("Wrong bills", "scenario"), ("One question a week", ""),
    ]  # fmt: skip
    assert [step.title for step in one.content] == ["Why calls heat up"]
    assert one.gaps == 4


def test_a_published_scenario_and_a_line_close_gaps(cast: Cast) -> None:
    a_plan(cast)
    a_published(cast)
    designer = cast.viewer("designer")
    one = lines_of(cast)
    assert [step.gap for step in one.practice] == ["action", "scenario", ""]
    draw(viewer=designer, initiative="listen", takes={"repeat": ["calm"], "date": []})
    one = lines_of(cast)
    assert [action.gap for action in one.actions] == ["", "competency"]
    assert [scenario.title for scenario in one.actions[0].practice] == ["The late parcel"]
    assert [step.gap for step in one.practice] == ["", "scenario", ""]


def test_a_designer_draws_lines_on_the_page_and_takes_them_back(cast: Cast) -> None:
    a_plan(cast)
    client = cast.client("designer")
    address = "/o/nordvik/competencies/map/listen/"
    assert "Repeats the complaint" in client.get(address).content.decode()
    client.post(address, {"takes_0": ["calm", "clear"], "takes_1": ["clear"]})
    assert ActionLink.objects.count() == 3
    client.post(address, {"takes_0": ["calm"]})
    assert list(ActionLink.objects.values_list("action", "competency")) == [("repeat", "calm")]
    assert client.post(address, {"takes_0": ["nonsense"]}).status_code == 422
    assert client.get("/o/nordvik/competencies/map/nothing/").status_code == 404


def test_a_scenario_that_no_path_names_stands_below_the_map(cast: Cast) -> None:
    a_plan(cast, PLAN.replace("ref: late-parcel, ", ""))
    a_published(cast)
    text = cast.client("designer").get("/o/nordvik/competencies/map/").content.decode()
    assert "Scenarios that no path names" in text


def test_without_a_plan_the_map_says_what_it_begins_with(cast: Cast) -> None:
    assert "There is no action yet" in cast.client("designer").get("/o/nordvik/competencies/map/").content.decode()


def test_the_map_takes_as_many_queries_for_many_scenarios(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_plan(cast)
    a_published(cast)
    client = cast.client("designer")
    client.get("/o/nordvik/competencies/map/")
    with django_assert_num_queries(10) as few:
        client.get("/o/nordvik/competencies/map/")
    row = Scenario.objects.get().versions.get()
    for number in range(20):
        row.pk, row.scenario = (
            None,
            Scenario.objects.create(organisation=cast.organisation, slug=f"s{number}", activity=f"a:{number}"),
        )
        row.save()
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/o/nordvik/competencies/map/")


def write_from_map(client: Client) -> str:
    """The editor as the map opens it for the step that is not written yet."""
    page = client.get("/o/nordvik/competencies/map/").content.decode()
    address = page.split("studio/new")[1].split('"')[0].replace("&amp;", "&")
    return client.get(f"/o/nordvik/studio/new{address}").content.decode()


def test_the_studio_begins_a_scenario_for_a_step_of_the_map(cast: Cast) -> None:
    a_plan(cast)
    draw(viewer=cast.viewer("designer"), initiative="listen", takes={"repeat": ["calm"]})
    client = cast.client("designer")
    a_published(cast)
    text = write_from_map(client)
    assert "title: &quot;Wrong bills&quot;" in text
    assert "calm: {weight: 1, label: &quot;Staying calm&quot;}" in text
    assert "kpis: [complaints]" in text
    assert "min_scaled: 0.6" in text
    assert 'value="lms:LI-2"' in text
    assert "It can be published" in text or "Nothing is open" in text


def test_what_is_stored_from_the_map_is_what_the_plan_names(cast: Cast) -> None:
    a_plan(cast)
    client = cast.client("designer")
    client.post("/o/nordvik/studio/new", {"text": TEXT, "base": "0", "activity": "lms:LI-2", "note": ""})
    assert Scenario.objects.get().activity == "lms:LI-2"


def test_the_studio_warns_of_a_competency_that_nobody_knows_with_its_line(cast: Cast) -> None:
    a_plan(cast)
    text = TEXT.replace("competencies: {calm:", "kpis: [complaint]\ncompetencies: {clam:").replace(" calm=", " clam=")
    page = cast.client("designer").post("/o/nordvik/studio/check", {"text": text}).content.decode()
    assert "Line 7" in page
    assert "The competency &#x27;clam&#x27; is in neither the plan nor a framework." in page
    assert "Did you mean &#x27;calm&#x27;?" in page
    assert "The KPI &#x27;complaint&#x27; is not in the plan." in page


@pytest.mark.parametrize("known", [None, ("calm", "clear")])
def test_what_is_known_or_cannot_be_known_is_no_gap(known: tuple[str, ...] | None) -> None:
    assert [one for one in examine(TEXT, around=Surroundings(known)).problems if "framework" in one.code] == []


def test_each_competency_is_warned_of_at_its_own_line() -> None:
    text = TEXT.replace(
        "competencies: {calm: {weight: 1, label: Staying calm}, clear: {weight: 2}}",
        "competencies:\n  calm: {weight: 1}\n  clear: {weight: 2}",
    )
    found = examine(text, around=Surroundings(())).problems
    assert [(one.line, one.kind) for one in found if one.code == "competency-not-in-framework"] == [
        (7, "gap"),
        (8, "gap"),
    ]
