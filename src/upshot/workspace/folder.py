"""A workspace: the folder with a plan, a lake and the answers kept so far."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from upshot.errors import Problem, WorkspaceError
from upshot.lake import Lake
from upshot.plan import Document, parse

__all__ = ["Workspace"]

_CONFIG = """# An Upshot workspace. Documentation: docs/reference/workspace.md
version = "upshot-workspace/1"
organisation = "{organisation}"

# Shown on every report made here, for example "Simulated data".
notice = ""

# What one unit of the roster is called, in the plural.
people = "people"
"""

_PLAN = """# The promise: what the business wants, how it is read, and what is done about it.
# Check it with: upshot plan check plan.yaml        Every key: docs/reference/plan.md
version: upshot-plan/1

objectives:
  - id: first-objective
    statement: What the business wants, in one sentence

kpis:
  - id: first-kpi
    label: what it reads
    type: mean
    unit: what one unit is
    direction: up
    grain: {entity: person, time: month}

initiatives:
  - id: first-initiative
    title: What is done about it
    serves: [first-objective]
    hypothesis: {if: what people will practise, then: what will change}
    audience: {}
    expected: [{kpi: first-kpi, smallest_worth_having: 0.1}]
    records: {activities: [first-activity], verbs: [completed]}
    design: {assign: unknown, period: month, first_treated: {from: completion, round: nearest}}
"""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with ``upshot.toml``, ``plan.yaml``, ``lake/``, ``rejects/`` and ``answers/``."""

    root: Path
    organisation: str
    notice: str = ""
    people: str = "people"
    sources: tuple[str, ...] = ()

    @classmethod
    def create(cls, root: Path, *, organisation: str | None = None) -> Self:
        """Make a workspace with an empty lake and a plan to fill in; existing files are kept.

        Raises
        ------
        WorkspaceError
            If the folder is a workspace already.
        """
        if (root / "upshot.toml").exists():
            raise WorkspaceError(f"{root} is a workspace already; nothing was changed.")
        root.mkdir(parents=True, exist_ok=True)
        name = (organisation or root.resolve().name).replace("\\", "").replace('"', "'")
        (root / "upshot.toml").write_text(_CONFIG.format(organisation=name), encoding="utf-8")
        if not (root / "plan.yaml").exists():
            (root / "plan.yaml").write_text(_PLAN, encoding="utf-8")
        Lake.create(root / "lake")
        return cls.open(root)

    @classmethod
    def open(cls, root: Path) -> Self:
        """Open a workspace.

        Raises
        ------
        WorkspaceError
            If the folder is not one, or its configuration cannot be read.
        """
        config = root / "upshot.toml"
        if not config.is_file():
            raise WorkspaceError(f"{root} is not a workspace: it has no upshot.toml. Make one with: upshot init {root}")
        try:
            found = tomllib.loads(config.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WorkspaceError(str(Problem(code="config", text=f"{error}.", file=str(config)))) from error
        return cls(
            root=root,
            organisation=str(found.get("organisation", root.resolve().name)),
            notice=str(found.get("notice", "")),
            people=str(found.get("people", "people")),
            sources=tuple(str(line) for line in found.get("sources", ())),
        )

    def plan(self) -> Document:
        """The workspace's plan.

        Raises
        ------
        WorkspaceError
            If there is none.
        PlanError
            If it does not load.
        """
        path = self.root / "plan.yaml"
        if not path.is_file():
            raise WorkspaceError(f"{self.root} has no plan.yaml.")
        return parse(path.read_bytes(), str(path))

    def lake(self) -> Lake:
        """The workspace's lake."""
        return Lake.open(self.root / "lake")

    def answer_path(self, initiative: str, suffix: str) -> Path:
        """Where the newest answer to an initiative is kept; the folder is made when missing."""
        folder = self.root / "answers"
        folder.mkdir(exist_ok=True)
        return folder / f"{initiative}{suffix}"
