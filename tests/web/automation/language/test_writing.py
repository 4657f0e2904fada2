"""Rules as text: one is put in its place, and everything around it stays as it was written."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.automation.language.test_reading import GOOD, KNOWN

from upshot.plan.values import Duration
from upshot.web.automation.language.reading import parse
from upshot.web.automation.language.words import Act, Condition, Rule, Said, When
from upshot.web.automation.language.writing import EMPTY, put, remove
from upshot.web.automation.naming import free_name

WORDS = (
    st.text(min_size=1, max_size=40)
    .filter(lambda text: text.strip() == text and "\x00" not in text)
    .map(lambda text: "".join(letter for letter in text if letter.isprintable() and letter not in "{}") or "x")
    .filter(lambda text: text.strip() == text and text.strip() != "")
)


@st.composite
def some_rules(draw: st.DrawFn) -> Rule:
    said = Said(heading=draw(WORDS), text=draw(WORDS), to=draw(st.sampled_from([None, "person", "manager", "leaders"])))
    acts = draw(st.lists(st.sampled_from([Act(message=said), Act(task=said), Act(enrol="selling")]), min_size=1))
    after = draw(st.none() | st.integers(1, 90).map(lambda days: Duration(days=days)))
    return Rule(
        id=draw(st.sampled_from(["greet", "late", "third"])),
        title=draw(WORDS),
        when=When(event="joiner", after=after),
        if_=Condition(role=tuple(draw(st.lists(WORDS, max_size=3))), site=tuple(draw(st.lists(WORDS, max_size=2)))),
        then=tuple(acts),
        at_most=draw(st.integers(1, 5000)),
        active=draw(st.booleans()),
    )


@settings(max_examples=120, deadline=None)
@given(some_rules(), st.sampled_from([GOOD, EMPTY]))
def test_a_rule_that_is_put_into_a_document_reads_back_as_it_was(rule: Rule, text: str) -> None:
    before = parse(text, KNOWN)
    rules = parse(put(text, rule), KNOWN)
    assert rules.rule(rule.id) == rule
    others = [one for one in before.rules if one.id != rule.id]
    assert [one for one in rules.rules if one.id != rule.id] == others


def test_what_a_person_wrote_around_a_rule_stays() -> None:
    rules = parse(GOOD, KNOWN)
    text = put(GOOD, rules.rules[1])
    assert text.startswith("# The rules of Nordvik.\n")
    assert text.count("id: greet\n    title: Greet whoever joins\n") == 1
    assert parse(text, KNOWN) == rules


def test_a_rule_taken_away_leaves_the_others_and_the_last_leaves_an_empty_list() -> None:
    without = remove(GOOD, "greet")
    assert [rule.id for rule in parse(without, KNOWN).rules] == ["late"]
    assert parse(remove(without, "late"), KNOWN).rules == ()
    assert remove(EMPTY, "nothing") == EMPTY


def test_a_name_is_made_of_the_title_and_is_free() -> None:
    assert free_name("Greet whoever joins!", EMPTY) == "greet-whoever-joins"
    assert free_name("Greet", GOOD) == "greet-2"
    assert free_name("日本", EMPTY) == "rule"
