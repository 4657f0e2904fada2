"""Scenarios for tests: small ones by hand, random graphs by hypothesis, large ones by size."""

import string
from collections.abc import Iterator

from hypothesis import strategies as st

from upshot.scenario.model import Choice, Comparison, Competency, Effect, Flag, Node, Passing, Scenario

HEAD = """---
format: upshot-scenario/1
id: call
title: A call
competencies: {listening: {weight: 1}, clarity: {weight: 2}}
{extra}---
"""


def a_file(body: str, extra: str = "") -> str:
    """A scenario file with a head that is in order; the body begins on line 7 plus the lines of ``extra``."""
    return HEAD.replace("{extra}", extra) + body


def a_scenario(*nodes: Node, flags: tuple[Flag, ...] = (), passing: Passing | None = None) -> Scenario:
    return Scenario(
        id="call", title="A call", start=nodes[0].id, nodes=nodes, flags=flags, passing=passing or Passing(),
        competencies=(Competency("listening", 1), Competency("clarity", 2)),
    )  # fmt: skip


def a_node(name: str, *choices: Choice) -> Node:
    return Node(id=name, title=name.title(), text="Words.", choices=choices)


def an_end(name: str = "end") -> Node:
    return Node(id=name, title=name.title(), text="Over.", end=True, outcome="success")


def a_choice(name: str, target: str, **more: object) -> Choice:
    return Choice(**{"id": name, "text": f"Do {name}", "target": target, **more})


def large(steps: int) -> Iterator[str]:
    """A file of that many steps, three choices each, with feedback and a flag."""
    yield a_file("", "flags: {trust: {max: 3}}\nstart: s0\n")
    for at in range(steps - 1):
        goals = [min(at + step, steps - 1) for step in (1, 2, 3)]
        yield f'# Step {at} {{#s{at}}}\n\nThe customer says: "Number {at}." **Quietly.**\n\nShe waits, looking.\n'
        yield f"- [Ask what she needs](#s{goals[0]}){{id=ask listening=2 .best}}\n\n  > She tells you.\n"
        yield f'- [Explain the fee](#s{goals[1]}){{id=tell clarity=-1 set="trust -= 1"}}\n'
        yield f'- [Wait](#s{goals[2]}){{id=wait clarity=1 if="trust >= 0" set="trust += 1"}}\n'
    yield f"# The end {{#s{steps - 1} .end outcome=success}}\n\nShe leaves.\n"


WORDS = st.text(string.ascii_letters + string.digits + " .,;:?!'\"äß€", min_size=1, max_size=20).map(
    lambda text: " ".join(text.split()) or "x"
)
PARAGRAPHS = st.lists(WORDS.map(lambda text: f"x{text}"), max_size=3).map("\n\n".join)
POINTS = st.dictionaries(st.sampled_from(["listening", "clarity"]), st.integers(-3, 3).filter(bool), max_size=2)
FLAGS = (Flag("trust", -1, 2, 0), Flag("told", 0, 1, 0))


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    flag = draw(st.sampled_from(FLAGS))
    operator = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
    return Comparison(flag.name, operator, draw(st.integers(flag.low, flag.high)))


@st.composite
def effects(draw: st.DrawFn) -> Effect:
    flag = draw(st.sampled_from(FLAGS))
    if draw(st.booleans()):
        return Effect(flag.name, "+=", draw(st.integers(-1, 1)))
    return Effect(flag.name, "=", draw(st.integers(flag.low, flag.high)))


CONDITIONS = st.one_of(
    st.just(()), st.lists(st.lists(comparisons(), min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple)
)
EFFECTS = st.one_of(st.just(()), st.lists(effects(), min_size=1, max_size=2).map(tuple))


@st.composite
def graphs(
    draw: st.DrawFn, *, forward: bool = False, flags: bool = True, most: int = 5, words: bool = False
) -> Scenario:
    """A random scenario of a few steps; ``forward``: every choice leads to a later step, so there are no loops."""
    count = draw(st.integers(2, most))
    names = [f"s{at}" for at in range(count)]
    line, paragraphs = (WORDS, PARAGRAPHS) if words else (st.just("Words"), st.just(""))
    nodes = []
    for at, name in enumerate(names[:-1]):
        goals = names[at + 1 :] if forward else names
        choices = [
            Choice(
                id=f"c{number}", text=draw(line), target=draw(st.sampled_from(goals)),
                points=tuple(draw(POINTS).items()), critical=draw(st.booleans()), best=draw(st.booleans()),
                condition=draw(CONDITIONS) if flags else (), effects=draw(EFFECTS) if flags else (),
                feedback=draw(paragraphs),
            )
            for number in range(draw(st.integers(1, 3)))
        ]  # fmt: skip
        nodes.append(
            Node(id=name, title=draw(line), text=draw(paragraphs), feedback=draw(paragraphs), choices=tuple(choices))
        )
    nodes.append(
        Node(id=names[-1], title="End", end=True, outcome=draw(st.sampled_from(["success", "partial", "fail"])))
    )
    return a_scenario(*nodes, flags=FLAGS if flags else ())
