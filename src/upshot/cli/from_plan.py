"""The two forms of `power` and `waves` held apart: an initiative of the workspace, or a panel file."""

from pathlib import Path

import click
from click.core import ParameterSource

__all__ = ["refuse_columns"]

_COLUMNS = ("unit", "time", "outcome", "denominator", "cluster")


def refuse_columns(context: click.Context, initiative: str | None, panel: Path | None) -> None:
    """Hold the two forms apart: an initiative takes its columns from the plan, a panel names them.

    Raises
    ------
    click.UsageError
        Naming every flag that is missing or has no meaning here.
    """
    if (initiative is None) == (panel is None):
        raise click.UsageError("Give either an INITIATIVE of the workspace or --panel FILE.", ctx=context)
    given = [name for name in context.params if context.get_parameter_source(name) is not ParameterSource.DEFAULT]
    if initiative is not None:
        strangers = [f"--{name}" for name in _COLUMNS if name in given]
        if strangers:
            text = f"An INITIATIVE has no use for {', '.join(strangers)}; the plan and the roster say it."
            raise click.UsageError(text, ctx=context)
        return
    missing = [f"--{name}" for name in ("unit", "time", "outcome") if name not in given]
    if missing:
        raise click.UsageError(f"--panel also needs {', '.join(missing)}.", ctx=context)
    if "workspace" in given:
        raise click.UsageError("--panel has no use for --workspace; it belongs to an INITIATIVE.", ctx=context)
