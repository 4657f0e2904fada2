"""The audience language as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshot.plan.expression import And, Comparison, Flag, In, IsNull, Not, Or
from upshot.plan.expression_parser import ExpressionError, parse_expression

NAMES = st.sampled_from(["role", "site", "on_leave", "hired_within_days", "tenure_band"])
CONSTANTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.integers(-(10**6), 10**6),
    st.decimals(-1000, 1000, places=3).map(float),
    st.booleans(),
)
LEAVES = st.one_of(
    st.builds(Flag, NAMES),
    st.builds(Comparison, NAMES, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), CONSTANTS),
    st.builds(In, NAMES, st.lists(CONSTANTS, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(IsNull, NAMES, st.booleans()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: And(tuple(terms))),
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Or(tuple(terms))),
    ),
    max_leaves=8,
)


@given(TREES)
def test_the_one_spelling_of_an_expression_reads_back_as_itself(tree) -> None:
    parsed = parse_expression(str(tree))
    assert parse_expression(str(parsed)) == parsed


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_error_that_helps(text: str) -> None:
    helped = True
    try:
        parse_expression(text)
    except ExpressionError as error:
        helped = bool(str(error) and error.fix)
    assert helped


def test_and_binds_closer_than_or_and_brackets_closer_still() -> None:
    a, b, c = Flag("a"), Flag("b"), Flag("c")
    assert parse_expression("a or b and c") == Or((a, And((b, c))))
    assert parse_expression("(a or b) and c") == And((Or((a, b)), c))
    assert parse_expression("not a and b") == And((Not(a), b))


def test_spaces_brackets_and_capitals_of_keywords_make_no_difference() -> None:
    assert parse_expression(" ( (role='x')AND((on_leave)) ) ") == parse_expression("role = 'x' and on_leave")


def test_a_quote_inside_a_text_is_doubled() -> None:
    assert parse_expression("role = 'chef d''équipe'") == Comparison("role", "=", "chef d'équipe")
    assert str(parse_expression('role = "chef d\'équipe"')) == "role = 'chef d''équipe'"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The expression ends where a field's name should be."),
        ("role = ", "The expression ends where a value should be."),
        ("role = nurse", "'nurse' stands where a value should be."),
        ("role in 'a'", "'(' is missing before 'a'."),
        ("role in ('a'", "')' is missing before the end."),
        ("role not 'a'", "'in' is missing after 'role not'."),
        ("role = 'a' site = 'b'", "'site' follows a complete expression."),
        ("role is 'a'", "'null' is missing before 'a'."),
        ("role = 'a", "A quote is opened and not closed: 'a"),
        ("role; drop table people", "';' has no meaning in an expression."),
        ("len(role) > 3", "'(' follows a complete expression."),
        ("3 < hired_within_days", "'3' stands where a field's name should be."),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_expression(text)
    assert str(raised.value) == said


@pytest.mark.parametrize("text", ["(" * 60 + "a", "not " * 60 + "a", "a or " * 1_100 + "a", "a" * 10_001])
def test_an_expression_beyond_what_people_write_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"deeply|more than"):
        parse_expression(text)
