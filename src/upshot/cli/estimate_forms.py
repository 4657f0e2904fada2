"""The forms of `upshot estimate`, and which flags belong to which: one given to another form is refused by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

__all__ = ["FORMS", "SYNTHETIC", "Form", "chosen_form", "refuse_strangers"]

SYNTHETIC = ("synthetic-control", "synthetic-did")
_EVERYWHERE = frozenset({"form", "out"})
_ANSWER = frozenset({"assignment", "level", "seed"})


@dataclass(frozen=True, slots=True)
class Form:
    """One way to ask.

    Parameters
    ----------
    name
        As messages write it.
    needs
        Parameters that must be given beside the form's own, in order.
    takes
        Parameters that may be given.
    """

    name: str
    needs: tuple[str, ...]
    takes: frozenset[str]

    def knows(self, parameter: str) -> bool:
        """Whether the parameter means something in this form."""
        return parameter in self.takes or parameter in self.needs or parameter in _EVERYWHERE


FORMS: dict[str, Form] = {
    "initiative": Form("An INITIATIVE", (), frozenset({"workspace", "kpi", "round_", "engine"})),
    "panel": Form(
        "--panel",
        ("unit", "time", "outcome", "first_treated"),
        _ANSWER
        | {"estimator", "control", "aggregate", "base", "anticipation", "cluster", "strata", "adjust", "weights"}
        | {"unbalanced", "repeated_cross_section", "denominator", "covariance", "engine"},
    ),
    "few-teams": Form(
        "A synthetic comparison",
        ("unit", "time", "outcome", "first_treated"),
        _ANSWER | {"estimator", "anticipation", "cluster", "covariance"},
    ),
    "experiment": Form(
        "--experiment",
        ("outcome", "treatment"),
        _ANSWER
        | {"take_up", "covariates", "block", "cluster", "weights", "control_arm", "planned_shares", "covariance"},
    ),
    "series": Form(
        "--series",
        ("time", "outcome", "start"),
        _ANSWER | {"exposure", "season", "family", "control_series"},
    ),
    "spells": Form(
        "--spells",
        ("duration", "event"),
        _ANSWER | {"treatment", "entry", "horizon", "strata", "cluster", "intake", "first_treated"},
    ),
}
_NOT_GIVEN = (ParameterSource.DEFAULT, ParameterSource.ENVIRONMENT)
_FILES = ("panel", "experiment", "series", "spells")


def chosen_form(initiative: str | None, files: Mapping[str, Path | None], estimator: str | None) -> str:
    """Which form was asked for.

    Raises
    ------
    click.UsageError
        If none was, or several.
    """
    given = [name for name in _FILES if files[name] is not None]
    if (initiative is not None) + len(given) != 1:
        named = [*([repr(initiative)] if initiative is not None else []), *(f"--{name}" for name in given)]
        got = f" Got {' and '.join(named)}." if named else ""
        raise click.UsageError(
            "Give one thing to answer: an INITIATIVE of the workspace, or a file with "
            f"--panel, --experiment, --series or --spells.{got}"
        )
    if initiative is not None:
        return "initiative"
    return "few-teams" if given == ["panel"] and estimator in SYNTHETIC else given[0]


def refuse_strangers(context: click.Context, name: str, flags: Mapping[str, Any]) -> None:
    """Name every flag that means nothing in this form and every one it lacks, all at once.

    Raises
    ------
    click.UsageError
        If there is any.
    """
    form = FORMS[name]
    given = [
        parameter
        for parameter in context.params
        if context.get_parameter_source(parameter) not in _NOT_GIVEN and parameter in flags
    ]
    strangers = [parameter for parameter in given if not form.knows(parameter)]
    missing = [parameter for parameter in form.needs if not flags[parameter]]
    if flags["repeated_cross_section"] and "unit" in missing:
        missing.remove("unit")
    spelt = _spelling(context)
    lines = [f"{form.name} has no use for {spelt[item]}; {_owners(item, name)}." for item in strangers]
    if missing:
        lines.append(f"{form.name} also needs {', '.join(spelt[parameter] for parameter in missing)}.")
    if lines:
        raise click.UsageError("\n".join(lines), ctx=context)


def _owners(parameter: str, form: str) -> str:
    if form == "initiative" and parameter in _PLANNED:
        return "the plan says it"
    return "it belongs to " + _listed(
        owner.name for name, owner in FORMS.items() if name != "few-teams" and owner.knows(parameter)
    )


_PLANNED = frozenset({"assignment", "level", "anticipation", "cluster", "strata", "weights", "control"})


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _spelling(context: click.Context) -> dict[str, str]:
    return {str(item.name): max(item.opts, key=len) for item in context.command.params}
