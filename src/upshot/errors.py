"""Every error Upshot raises on purpose, in one tree.

::

    UpshotError
    ├── InputError (ValueError)        something we were given is wrong; carries every problem found
    │   ├── PlanError                  the plan document does not load
    │   ├── ProfileError               a mapping profile contradicts itself or its file
    │   ├── FeedError                  a feed's file cannot be read or mapped
    │   ├── ScenarioError              a scenario cannot be read, played or carried over
    │   ├── PackageError               a course package is broken, hostile or breaks its standard
    │   ├── PanelError                 rows that cannot form a panel
    │   └── XapiError                  something sent to the learning record store breaks the specification
    │       ├── StatementError         a statement is not valid
    │       ├── RequestError           a request's headers, parameters or body are not valid
    │       ├── ConflictError          what is stored contradicts what was sent
    │       └── PreconditionError      a document changed since the caller last read it
    ├── DesignError (ValueError)       options that contradict each other
    ├── WorkspaceError (LookupError)   the workspace, or something in it, is not there
    ├── LakeError (RuntimeError)       a stored table does not match its schema
    └── Cancelled                      somebody asked for work under way to stop; nothing was stored

"It cannot be known from these data" is not in the tree: it is a finding, not an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Cancelled",
    "DesignError",
    "FeedError",
    "InputError",
    "LakeError",
    "PackageError",
    "PanelError",
    "PlanError",
    "Problem",
    "ProfileError",
    "ScenarioError",
    "UpshotError",
    "WorkspaceError",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, where it stands, and the way out.

    Parameters
    ----------
    code
        Stable kebab-case name of the rule, for programs and tests.
    text
        What is wrong, in one plain sentence. Never a person's data beyond the offending value.
    fix
        What to do about it, in one plain sentence.
    kind
        ``error`` stops the work, ``gap`` limits what can be claimed, ``advice`` would make it better.
    file, line, column, value
        Where it stands; lines count from 1, ``column`` is the column's name (or a key path).
    """

    code: str
    text: str
    fix: str = ""
    kind: Literal["error", "gap", "advice"] = "error"
    file: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        column = f" [{self.column}]" if self.column else ""
        value = f" Got {self.value!r}." if self.value is not None else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{place + ': ' if place else ''}{self.text}{column}{value}{fix}"


class UpshotError(Exception):
    """Base of every error Upshot raises on purpose."""


class InputError(UpshotError, ValueError):
    """Something given to Upshot is wrong; all problems found are in ``problems``."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = found
        super().__init__("\n".join(str(problem) for problem in found))


class PlanError(InputError):
    """The plan document does not load."""


class ProfileError(InputError):
    """A mapping profile contradicts itself or the file it is used on."""


class FeedError(InputError):
    """A feed's file cannot be read or mapped."""


class ScenarioError(InputError):
    """A scenario cannot be read, played or carried over to another version."""


class PackageError(InputError):
    """A course package cannot be opened, tries to do harm, or breaks the standard it claims to follow."""


class PanelError(InputError):
    """Rows that cannot form a panel."""


class XapiError(InputError):
    """Something sent to the learning record store breaks the specification; ``status`` is the answer it prescribes."""

    status = 400


class StatementError(XapiError):
    """A statement is not valid; ``problems`` names each property and the section it breaks."""


class RequestError(XapiError):
    """A request's headers, parameters or body are not valid."""


class ConflictError(XapiError):
    """What is stored contradicts what was sent, and may not be overwritten."""

    status = 409


class PreconditionError(XapiError):
    """The document changed since the caller last read it."""

    status = 412


class DesignError(UpshotError, ValueError):
    """Options that contradict each other, or a value outside its range."""


class WorkspaceError(UpshotError, LookupError):
    """The workspace, or something named in it, is not there."""


class LakeError(UpshotError, RuntimeError):
    """A stored table does not match its schema."""


class Cancelled(UpshotError):  # noqa: N818 - a request that was kept, not a failure
    """Somebody asked for work under way to stop; it stopped between two stages and stored nothing."""
