"""A path apart from its plan: kept whole, told apart by what it asks for, compared step by step."""

from dataclasses import replace

from tests.plan.builders import example

from upshot.plan import parse
from upshot.plan.practice import Recertify, Step
from upshot.plan.rolepath import RolePath, changed, names_of, recorded_as
from upshot.plan.values import duration

PATH = RolePath(
    path=(Step(id="basics", kind="module", title="Basics"), Step(id="mine", kind="commitment", title="Mine")),
    recertify=Recertify(every=duration("1y")),
)


def test_every_path_of_the_worked_example_is_the_same_after_it_was_kept() -> None:
    for initiative in parse(example()).plan.initiatives:
        path = RolePath.of(initiative)
        assert RolePath.loads(path.dumps()) == path


def test_better_words_ask_for_nothing_new_and_everything_else_does() -> None:
    basics = PATH.path[0]
    worded = replace(PATH, path=(replace(basics, title="The basics", minutes=20), PATH.path[1]))
    stricter = replace(PATH, path=(replace(basics, mastery=0.7), PATH.path[1]))
    assert worded.hash == PATH.hash
    assert worded.dumps() != PATH.dumps()
    assert len({PATH.hash, stricter.hash, replace(PATH, recertify=None).hash}) == 3


def test_a_change_names_steps_that_came_went_and_ask_for_something_else() -> None:
    after = replace(PATH, path=(replace(PATH.path[0], mastery=0.7), Step(id="try", kind="challenge")), recertify=None)
    found = changed(PATH, after)
    assert [one.id for one in found.added] == ["try"]
    assert [one.id for one in found.removed] == ["mine"]
    assert [(step.id, keys) for step, keys in found.altered] == [("basics", ("mastery",))]
    assert found.renewal


def test_records_under_any_name_of_a_listed_step_count_and_other_steps_stay_out() -> None:
    found = parse(
        """
objectives: [{id: calm, statement: Fewer complaints}]
kpis: [{id: complaints, type: mean}]
initiatives:
  - id: listen
    hypothesis: {if: we practise, then: complaints fall}
    audience: {}
    records: {activities: [L-2]}
    path: [{id: one, kind: module, ref: "lms:L-1"}, {id: two, kind: module, ref: "lms:L-2"}]
"""
    ).plan.initiative("listen")
    assert set(recorded_as(found)) == {"L-2", "lms:L-2", "listen/two", "urn:upshot:step:listen/two"}


def test_an_address_on_the_web_is_not_cut_into_names() -> None:
    step = Step(id="basics", kind="module", ref="https://intranet.example/basics")
    assert "//intranet.example/basics" not in names_of("listen", step)
