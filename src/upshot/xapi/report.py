"""What a validation finds: problems with the property's path and the section of the specification it breaks."""

from dataclasses import dataclass
from typing import TypeAlias

from upshot.errors import Problem
from upshot.xapi.versions import Version

__all__ = ["MOST_PROBLEMS", "Path", "Report", "Section", "written_path"]

#: A property's place: ``((None, "context"), "registration")``. Written out only when something is wrong.
Path: TypeAlias = "tuple[Path, str | int] | None"

#: A statement full of mistakes is described up to here; the first few say what is wrong with its maker.
MOST_PROBLEMS = 25

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Section:
    """Where a rule stands: in xAPI 1.0.3, part Data, and in IEEE 9274.1.1 (xAPI 2.0)."""

    data: str
    ieee: str

    def cited(self, version: Version) -> str:
        """The section as a reader of ``version`` finds it."""
        return f"xAPI 1.0.3 Data {self.data}" if version is Version.V1_0_3 else f"IEEE 9274.1.1 {self.ieee}"


@dataclass(slots=True)
class Report:
    """Problems of one statement, gathered while its rules run.

    Parameters
    ----------
    version
        The version whose rules apply.
    problems
        What was found, in the order of the properties.
    """

    version: Version
    problems: list[Problem]

    def add(self, path: Path, section: Section, code: str, text: str, fix: str = "", value: object = None) -> None:
        """Note that the property at ``path`` breaks a rule of ``section``."""
        if len(self.problems) >= MOST_PROBLEMS:
            return
        shown = None if value is None else _shown(value)
        cited = f"{text} ({section.cited(self.version)})."
        self.problems.append(Problem(code=code, text=cited, fix=fix, column=written_path(path), value=shown))


def written_path(path: Path) -> str:
    """A path as people write it.

    Examples
    --------
    >>> written_path((((None, "actor"), "member"), 0))
    'actor.member[0]'
    """
    keys: list[str | int] = []
    while path is not None:
        path, key = path
        keys.append(key)
    written = ""
    for key in reversed(keys):
        written += f"[{key}]" if isinstance(key, int) else f".{key}" if written else key
    return written or "statement"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
