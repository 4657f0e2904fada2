"""Write the option tables in docs/reference/cli.md from the command line itself.

``--check`` changes nothing and fails when a table differs or a command has no section.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from upshot.cli import upshot

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
_TABLE = re.compile(r"<!-- options: (.*?) -->\n.*?<!-- end of options -->", re.DOTALL)


def commands(command: click.Command, name: str = "upshot") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command, info_name=name)
    for inner in command.list_commands(context):
        found = command.get_command(context, inner)
        if found is not None:
            yield from commands(found, f"{name} {inner}")


def table(command: click.Command) -> str:
    """Arguments and options of a command as a Markdown table."""
    rows = [_row(parameter) for parameter in command.params]
    return "\n".join(["| name | takes | meaning |", "|---|---|---|", *rows])


def _row(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return f"| `{parameter.human_readable_name}` | {_takes(parameter)} | {_needed(parameter)} |"
    assert isinstance(parameter, click.Option)  # noqa: S101 - click has arguments and options only
    text = (parameter.help or "").replace("|", "\\|").rstrip(".")
    notes = [f"{text}." if text else "", _needed(parameter), _default(parameter)]
    return f"| `{'`, `'.join(parameter.opts)}` | {_takes(parameter)} | {' '.join(note for note in notes if note)} |"


def _takes(parameter: click.Parameter) -> str:
    kind = parameter.type
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return "nothing"
    if isinstance(kind, click.Choice):
        return " \\| ".join(f"`{choice}`" for choice in kind.choices)
    words = {"text": "text", "integer": "whole number", "integer range": "whole number", "path": "path"}
    return words.get(
        kind.name,
        {"float": "number", "float range": "number", "datetime": "date", "file": "path", "directory": "path"}.get(
            kind.name, "text"
        ),
    )


def _needed(parameter: click.Parameter) -> str:
    many = "May be given more than once." if getattr(parameter, "multiple", False) else ""
    return " ".join(part for part in ("Required." if parameter.required else "", many) if part)


def _default(option: click.Option) -> str:
    value = option.default
    shown = isinstance(value, str | int | float) and not isinstance(value, bool) and value not in ("", ".")
    return f"Default `{value}`." if shown else ""


def refreshed(text: str) -> str:
    """The page with every table as the command line is now."""
    known = dict(commands(upshot))
    named = set(_TABLE.findall(text))
    if named != set(known):
        raise SystemExit(f"docs/reference/cli.md has no section, or one too many, for: {named ^ set(known)}")
    return _TABLE.sub(lambda m: f"<!-- options: {m[1]} -->\n{table(known[m[1]])}\n<!-- end of options -->", text)


def main(arguments: list[str]) -> int:
    """Write the tables, or only compare them; 1 when one differs."""
    old = PAGE.read_text(encoding="utf-8")
    new = refreshed(old)
    if "--check" not in arguments:
        PAGE.write_text(new, encoding="utf-8")
    return int("--check" in arguments and old != new)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
