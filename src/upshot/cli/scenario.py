"""`upshot scenario`: check, play, import and export branching scenarios."""

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from upshot.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from upshot.scenario import Choice, Node, Scenario, Score, Step
    from upshot.scenario.exchange import NotConverted

__all__ = ["scenario"]

_LARGEST = 40_000_000
_LARGEST_ARCHIVE = 100_000_000
_COLOURS = {"error": "red", "gap": "yellow", "advice": "cyan"}
_WIDTH = 88


@click.group(name="scenario")
def scenario() -> None:
    """Check, play, import and export branching scenarios."""


@scenario.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--strict", is_flag=True, help="Exit with 1 for gaps, too.")
@click.pass_context
def lint(ctx: click.Context, file: Path, form: str, strict: bool) -> None:
    """Say everything that is wrong, open or weak in a scenario, at once and with its line.

    Exit 0 when it can be published, gaps and advice included; 1 when it has errors.
    """
    from upshot.scenario.document import Examined, examine
    from upshot.scenario.summary import lint_lines, lint_record

    try:
        examined = examine(_text(file), str(file))
    except ScenarioError as error:
        examined = Examined(error.problems, None, None)
    if form == "json":
        click.echo(json.dumps(lint_record(examined, str(file)), indent=2, ensure_ascii=False))
    else:
        for kind, line in lint_lines(examined, str(file)):
            click.echo(click.style(line, fg=_COLOURS[kind], bold=True) if kind in _COLOURS else line)
    gaps = any(problem.kind == "gap" for problem in examined.problems)
    ctx.exit(1 if examined.scenario is None or (strict and gaps) else 0)


@scenario.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--choose", "chosen", metavar="ID", multiple=True, help="Answer with this choice; give it once a step.")
@click.option("--facts", is_flag=True, help="Print what a record of each decision holds, one line of JSON each.")
def play(file: Path, chosen: tuple[str, ...], facts: bool) -> None:
    """Play a scenario in the terminal, and say what the attempt is worth.

    Answers are read from the keyboard, by number or id, after those given with --choose. Nothing is kept.
    """
    from upshot.scenario import bounds_of, compiled, parse, score, statement_facts

    game = compiled(parse(_text(file), str(file)))
    state = game.begin()
    click.echo(_wrapped(game.scenario.title))
    answers = iter(chosen)
    while not game.finished(state):
        _show(game.node(state), game.choices(state))
        answer = next(answers, None) or _ask(game.choices(state))
        if answer is None:
            click.echo("\nYou stopped before an ending; nothing is scored.")
            return
        step = game.choose(state, answer)
        _say(step)
        if facts:
            _print_facts(statement_facts(game, step))
        state = step.state
    _show(game.node(state), ())
    click.echo()
    for line in _result_lines(game.scenario, score(game, state, bounds_of(game.scenario))):
        click.echo(line)


@scenario.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Write the scenario here.")
def import_(file: Path, out: Path) -> None:
    """Turn an H5P Branching Scenario (.h5p) or a Twine story (.twee, .tw) into a scenario file.

    What could not be converted is listed; points, marks and outcomes are yours to add.
    """
    from upshot.scenario.h5p import import_h5p
    from upshot.scenario.twee import import_twee

    archive = file.suffix.lower() == ".h5p"
    taken = import_h5p(_bytes(file, _LARGEST_ARCHIVE)) if archive else import_twee(_text(file))
    _write(out, taken.text)
    steps = len(re.findall(r"^# ", taken.text, re.MULTILINE))
    click.echo(f"Wrote {out}: {steps} steps.")
    _lost(taken.not_converted)
    for name in taken.pictures:
        click.echo(f"Picture to put beside it: {name}")
    left = sum(problem.kind == "error" for problem in taken.problems)
    click.echo(f"It has {left or 'no'} {'error' if left == 1 else 'errors'}; see: upshot scenario lint {out}")


@scenario.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Write the Twee file here.")
def export(file: Path, out: Path) -> None:
    """Write the plain part of a scenario as Twee 3, for Twine; what Twee has no words for is listed."""
    from upshot.scenario import parse
    from upshot.scenario.twee_export import export_twee

    story, lost = export_twee(parse(_text(file), str(file)))
    _write(out, story)
    click.echo(f"Wrote {out}.")
    _lost(lost)


def _lost(lost: "tuple[NotConverted, ...]") -> None:
    if lost:
        click.echo(f"Not converted ({len(lost)}):")
        for one in lost:
            click.echo(f"  {one}")


def _show(node: "Node", choices: "tuple[Choice, ...]") -> None:
    click.echo(f"\n{click.style(_plain(node.title), bold=True)}")
    for text in (node.feedback, node.text, node.reflect):
        if text:
            click.echo(f"\n{_wrapped(text)}")
    if choices:
        click.echo()
    for number, choice in enumerate(choices, 1):
        click.echo(_wrapped(f"{number}. {choice.text}", "  ", "     "))


def _ask(choices: "tuple[Choice, ...]") -> str | None:
    while True:
        try:
            answer = str(click.prompt("\nYour choice", prompt_suffix=" > ", default="", show_default=False)).strip()
        except click.Abort:
            return None
        if not answer:
            return None
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1].id
        if any(choice.id == answer for choice in choices):
            return answer
        click.echo(f"Type a number from 1 to {len(choices)}, or nothing to stop.")


def _say(step: "Step") -> None:
    click.echo(f"\n{click.style('→', bold=True)} {_plain(step.choice.text)}")
    if step.feedback:
        click.echo(f"\n{_wrapped(step.feedback, '  ', '  ')}")


def _print_facts(facts: object) -> None:
    import msgspec

    click.echo(msgspec.json.encode(facts).decode())


def _result_lines(told: "Scenario", result: "Score") -> Iterator[str]:
    names = {one.id: one.label or one.id for one in told.competencies}
    for one in result.competencies:
        place = "not measured" if one.scaled is None else f"{one.scaled:.0%} of the way from worst to best"
        yield f"{names[one.competency]}: {one.points} points ({one.low} to {one.high}), {place}"
    if result.answered:
        yield f"Best answer given in {result.right} of {result.answered} decisions."
    for critical in result.critical:
        yield f"Critical: '{critical.choice}' at '{critical.node}'."
    if result.passed is not None:
        yield "Passed." if result.passed else "Not passed."


def _plain(text: str) -> str:
    words = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"(Picture: \1)", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", words)


def _wrapped(text: str, first: str = "", others: str = "") -> str:
    """Words folded to the terminal; lines of a paragraph run on, lists and tables keep theirs."""
    lines: list[str] = []
    for line in _plain(text).split("\n"):
        runs_on = lines and lines[-1] and line and not re.match(r"\s*(?:[-*+|>#`~]|\d+[.)] )", line)
        if runs_on and not lines[-1].startswith("|"):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(
        textwrap.fill(line, _WIDTH, initial_indent=first if at == 0 else others, subsequent_indent=others)
        for at, line in enumerate(lines)
    )


def _text(file: Path) -> str:
    try:
        return _bytes(file, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fix = "Save it as UTF-8."
        raise ScenarioError(
            Problem(code="not-utf-8", text="The file is not UTF-8 text.", fix=fix, file=str(file), line=line)
        ) from None


def _bytes(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        text = f"The file cannot be read: {why}."
        raise ScenarioError(
            Problem(code="unreadable-file", text=text, fix="Check the name and the folder.", file=str(file))
        ) from None
    if len(content) > most:
        text = f"The file has more than {most // 1_000_000} million bytes."
        raise ScenarioError(Problem(code="too-large", text=text, fix="Split it into several files.", file=str(file)))
    return content


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        fix = "Name a file in a folder that exists."
        raise ScenarioError(
            Problem(code="unwritable-file", text=f"The file cannot be written: {why}.", fix=fix, file=str(out))
        ) from None
