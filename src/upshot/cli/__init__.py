"""The command line: parse, call, print."""

import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import click

from upshot.errors import UpshotError

__all__ = ["main", "upshot"]

_COMMANDS = {
    "demo": ("upshot.cli.demo:demo", "Make the demonstration and open it in the browser."),
    "estimate": ("upshot.cli.estimate:estimate", "Estimate what a programme caused, from a panel or the workspace."),
    "import": ("upshot.cli.import_:import_", "Take in people, learning records or KPI readings."),
    "init": ("upshot.cli.init:init", "Make a workspace folder."),
    "ledger": ("upshot.cli.ledger:ledger", "Show and verify what was promised, found and decided."),
    "lrs": ("upshot.cli.lrs:lrs", "Make keys for the learning record store; look after it."),
    "moments": ("upshot.cli.moments:moments", "Let a warehouse compute the moments; answer from what it returned."),
    "plan": ("upshot.cli.plan:plan", "Check and show a plan document."),
    "power": ("upshot.cli.power:power", "Say what effect a study can see before it is launched."),
    "report": ("upshot.cli.report:report", "Write an initiative's report as one page."),
    "scenario": ("upshot.cli.scenario:scenario", "Check, play, import and export branching scenarios."),
    "serve": ("upshot.cli.serve:serve", "Open a workspace in the browser."),
    "waves": ("upshot.cli.waves:waves", "Draw who starts when, by lot, under the firm's limits."),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is run, so that help stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command by name, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; ``None`` for an unknown name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong entry in the table is a bug
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_COMMANDS.items())])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        import difflib

        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else " See 'upshot --help' for the list."
            raise click.UsageError(f"There is no command '{args[0]}'.{hint}", ctx=ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="upshot", message="upshot %(version)s")
def upshot() -> None:
    """Upshot connects learning to business results, and tells the truth about it."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line: exit 0 done (a refusal is a result), 1 input problem, 2 usage, 3 bug.

    Linear algebra stays on one thread: matrices here are small, and threads waiting on each other
    on a busy machine cost many times the work.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        upshot.main(args=None if args is None else list(args), prog_name="upshot", standalone_mode=True)
    except UpshotError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except Exception:  # noqa: BLE001 - the last line of defence: name it a bug, with its trace
        traceback.print_exc()
        click.echo("This is a bug in Upshot, not in your data. Please report the lines above.", err=True)
        sys.exit(3)
