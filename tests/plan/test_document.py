"""Plan documents as people write them, good and bad."""

from pathlib import Path

import pytest
from tests.plan.builders import ROOT, a_complete_plan, a_plan, an_initiative, as_text, example

from upshot.errors import PlanError
from upshot.plan import check, examine, parse

BAD = sorted((ROOT / "tests" / "data" / "plans" / "bad").glob("*.yaml"))


def test_the_worked_example_loads_with_its_two_gaps_and_one_piece_of_advice() -> None:
    found = [(problem.kind, problem.code, problem.line) for problem in check(example())]
    assert found == [("gap", "rate-unknown", 108), ("gap", "rate-unknown", 109), ("advice", "parent-elsewhere", 14)]


def test_the_worked_example_means_what_it_says() -> None:
    plan = parse(example()).plan
    initiative = plan.initiative("value-selling")
    assert initiative.design.assign == "random-by-team"
    assert initiative.design.cluster == "team"
    assert initiative.design.first_treated.from_ == "wave"
    assert [wave.share for wave in initiative.waves] == [0.33, 0.33, 0.34]
    assert str(initiative.audience.exclude) == "on_leave or hired_within_days < 90"
    assert initiative.expected[0].smallest_worth_having == 0.01
    assert initiative.records.activities == ("lms:course/8841", "scenarios/price-objection.scenario.md")
    assert plan.kpi("win-rate").denominator == "closed_deals"
    assert plan.kpi("discount-depth").type == "mean"
    assert initiative.path[5].for_ is not None
    assert str(initiative.path[5].for_) == "26 weeks"


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_plan_is_refused_with_every_error_and_its_line(file: Path) -> None:
    content = file.read_bytes()
    header = content.splitlines()[0].decode("ascii")
    expected = sorted(tuple(pair.split()) for pair in header.removeprefix("# expect: ").split("; "))
    found = sorted((str(p.line or 0), p.code) for p in check(content) if p.kind == "error")
    assert found == [(line, code) for line, code in expected]


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_every_error_says_what_to_do_and_parsing_raises_them_all(file: Path) -> None:
    content = file.read_bytes()
    errors = [problem for problem in check(content, "plan.yaml") if problem.kind == "error"]
    assert all((problem.fix and problem.text.endswith((".", ":"))) or problem.fix for problem in errors)
    with pytest.raises(PlanError) as raised:
        parse(content, "plan.yaml")
    assert list(raised.value.problems) == errors


def test_a_plan_needs_one_objective_one_kpi_and_one_initiative_and_nothing_more() -> None:
    plan = parse(
        as_text(a_plan(initiatives=[{"id": "x", "hypothesis": {"if": "a", "then": "b"}, "audience": {}}]))
    ).plan
    assert plan.currency == "EUR"
    assert plan.kpis[0].min_cell == 5
    assert plan.initiatives[0].design.first_treated.from_ == "completion"
    assert plan.initiatives[0].records.activities == ("x",)


def test_a_complete_plan_leaves_nothing_to_say() -> None:
    assert check(as_text(a_complete_plan())) == ()


def test_an_error_hides_what_only_follows_from_it() -> None:
    text = example().replace("direction: down", "direction: dwon").replace("serves: [win-more-", "serves: [win-mor-")
    assert [(p.kind, p.code) for p in check(text)][:2] == [("error", "unknown-word"), ("error", "unknown-objective")]
    assert not {"kpi-without-direction", "objective-nothing-serves"} & {p.code for p in check(text)}


def test_a_key_is_named_by_the_ids_around_it() -> None:
    text = example().replace("kpi: discount-depth, effect", "kpi: discount-dept, effect")
    (problem,) = (p for p in check(text, "plan.yaml") if p.kind == "error")
    assert problem.column == "initiatives[value-selling].expected[1].kpi"
    assert problem.fix == "Did you mean 'discount-depth'?"
    assert str(problem).startswith("plan.yaml:80: 'discount-dept' is not in kpis.")


def test_a_byte_order_mark_and_windows_line_ends_are_kept() -> None:
    text = "\ufeff" + example().replace("\n", "\r\n")
    document = parse(text.encode("utf-8"))
    assert document.text == text
    assert document.plan == parse(example()).plan


def test_utf_16_is_named() -> None:
    (problem,) = check(example().encode("utf-16"))
    assert (problem.code, problem.text) == ("not-utf-8", "The plan is stored as UTF-16.")


def test_a_very_long_document_is_refused_before_it_is_read() -> None:
    (problem,) = check("# " + "x" * 1_000_001)
    assert problem.code == "too-large"


def test_very_deep_brackets_are_refused() -> None:
    (problem,) = check("a: " + "[" * 100_000)
    assert problem.code == "too-deep"


def test_a_control_character_is_found_on_its_line() -> None:
    (problem,) = check("a: 1\nb: \x01\n")
    assert (problem.code, problem.line) == ("yaml-syntax", 2)


@pytest.mark.parametrize("number", ["9" * 10_000, "1e999", ".inf", ".nan", "1_000"])
def test_a_number_beyond_reason_is_no_number(number: str) -> None:
    text = as_text(a_plan(rates={"hour": 1234.5})).replace("1234.5", number)
    assert [problem.code for problem in check(text) if problem.kind == "error"] == ["wrong-type"]


def test_a_plan_may_end_in_no_training() -> None:
    diagnosis = {"because": ["environment"], "not_training": ["a rule"], "verdict": "no-training"}
    examined = examine(as_text(a_plan(initiatives=[{"id": "rule", "serves": ["calm"], "diagnosis": diagnosis}])))
    assert examined.document is not None
    assert not examined.document.plan.initiative("rule").is_training
    assert {problem.code for problem in examined.problems if problem.column and "rule" in problem.column} == set()


def test_an_unknown_name_is_an_error_that_offers_the_nearest() -> None:
    plan = parse(as_text(a_plan(initiatives=[an_initiative()]))).plan
    with pytest.raises(PlanError, match=r"no initiative 'listn'. Did you mean 'listen'"):
        plan.initiative("listn")
    with pytest.raises(PlanError, match="no kpi 'x'"):
        plan.kpi("x")
    with pytest.raises(PlanError, match=r"no objective 'clam'. Did you mean 'calm'"):
        plan.objective("clam")


def test_a_dose_names_steps_and_competencies_that_are_there_and_one_of_the_two() -> None:
    def said(dose: dict[str, object]) -> list[tuple[str, str]]:
        path = [{"id": "basics", "kind": "module"}]
        plan = a_plan(competencies=[{"id": "calm"}], initiatives=[an_initiative(path=path, design={"dose": dose})])
        return [(one.code, one.column or "") for one in check(as_text(plan)) if one.kind == "error"]

    place = "initiatives[listen].design.dose"
    assert said({"by": "minutes", "steps": ["basics"]}) == []
    assert said({"by": "mastery", "competency": "calm"}) == []
    assert said({"by": "minutes", "steps": ["basic"]}) == [("unknown-step", f"{place}.steps[0]")]
    assert said({"by": "mastery", "competency": "clam"}) == [("unknown-competency", f"{place}.competency")]
    assert said({"by": "share", "competency": "calm"}) == [("dose-of-two-things", f"{place}.competency")]
    assert said({"by": "hours"}) == [("unknown-word", f"{place}.by")]


def test_support_is_tried_on_a_training_with_a_path_in_waves_and_by_one_initiative_only() -> None:
    def said(*trials: dict[str, object]) -> list[tuple[str, str]]:
        steps = [{"id": "basics", "kind": "module"}]
        training = an_initiative(id="train", path=steps)
        asks = an_initiative(id="asks", path=[*steps, {"id": "again", "kind": "practice"}])
        bare = an_initiative(id="bare")
        made = [an_initiative(id=f"trial-{at}", **keys) for at, keys in enumerate(trials)]
        examined = check(as_text(a_plan(initiatives=[training, asks, bare, *made])))
        return [(one.code, one.column or "") for one in examined if one.kind == "error"]

    waves = [{"id": "one", "start": "2026-03-02", "share": 0.5, "where": "team = 'a'"}]
    digest = {"support": {"kind": "digest", "of": "train"}, "waves": waves, "design": {"assign": "random-by-team"}}
    assert said(digest) == []
    assert said(digest, {**digest, "support": {"kind": "nudge", "of": "train"}}) == []
    assert said(digest, digest) == [("support-tried-twice", "initiatives[trial-1].support")]
    assert said({**digest, "waves": []}) == [("support-without-waves", "initiatives[trial-0].support")]
    for unknown in ("bare", "trial-0", "trian"):
        wrong = {**digest, "support": {"kind": "digest", "of": unknown}}
        assert said(wrong) == [("unknown-initiative", "initiatives[trial-0].support.of")]

    def by_lot(kind: str, of: str) -> dict[str, object]:
        return {**digest, "support": {"kind": kind, "of": of}}

    assert said(by_lot("spacing", "asks")) == []
    assert said(by_lot("spacing", "train")) == [("nothing-asked-again", "initiatives[trial-0].support.of")]
    assert said(by_lot("spacing", "trian")) == [("unknown-initiative", "initiatives[trial-0].support.of")]
    assert said(by_lot("motivation", "all")) == said(by_lot("motivation", "goals, badges")) == []
    assert said(by_lot("motivation", "goals, points")) == [("unknown-element", "initiatives[trial-0].support.of")]
    twice = said(by_lot("motivation", "goals, team"), by_lot("motivation", "team"))
    assert twice == [("support-tried-twice", "initiatives[trial-1].support")]


def test_a_wave_says_both_its_share_and_whom_the_lot_drew_only_where_there_is_a_lot() -> None:
    def said(assign: str) -> list[str]:
        waves = [{"id": "one", "start": "2026-03-02", "share": 0.5, "where": "team = 'a'"}]
        plan = a_plan(initiatives=[an_initiative(design={"assign": assign}, waves=waves)])
        return [one.code for one in check(as_text(plan)) if one.kind == "error"]

    assert said("random-by-team") == []
    assert said("managed") == ["share-and-where"]


def test_a_step_is_waived_from_a_level_that_its_competency_has_and_not_everybody_stands_on() -> None:
    def said(competency: str, level: str, **keys: object) -> list[str]:
        path = [{"id": "basics", "kind": "module", "skip_from": [{"competency": competency, "level": level}], **keys}]
        known = [{"id": "calm", "levels": ["Not yet", "Always"]}, {"id": "clear"}]
        plan = a_plan(competencies=known, initiatives=[an_initiative(path=path)])
        return [one.code for one in check(as_text(plan)) if one.kind == "error"]

    assert said("calm", "Always") == []
    assert said("clam", "Always") == ["unknown-competency"]
    assert said("calm", "Allways") == ["unknown-level"]
    assert said("clear", "Always") == ["unknown-level"]
    assert said("calm", "Not yet") == ["level-of-everybody"]
    assert said("calm", "Always", kind="challenge") == ["misplaced-key"]
