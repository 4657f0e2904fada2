"""Statements from a file, one JSON object a line, plain or compressed: what can be stored is, the rest is listed."""

import gzip
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from upshot.errors import FeedError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.principal import Principal, Scope
from upshot.web.lrs.services.receiving import Outcome, receive_lines
from upshot.xapi.identity import identifier
from upshot.xapi.versions import Version

__all__ = ["Loaded", "load_file"]

CHUNK = 500
_MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file: statements read, those that are stored now, and why each other line is not."""

    read: int
    stored: int
    refused: int
    reasons: tuple[tuple[int, Problem], ...]


def load_file(
    organisation: Organisation,
    path: Path,
    *,
    version: Version = Version.V1_0_3,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Load a file; loading it again changes nothing.

    Parameters
    ----------
    organisation
        Whose statements they are.
    path
        ``.jsonl`` or ``.jsonl.gz``.
    version
        The xAPI the statements follow.
    progress
        Called with the lines read.

    Raises
    ------
    FeedError
        When the file is not there, or is no text of lines.
    """
    principal = _loader(organisation)
    read = stored = refused = 0
    reasons: list[tuple[int, Problem]] = []
    for chunk in _chunks(path):
        outcomes: list[Outcome] = receive_lines(principal, version, [line for _, line in chunk])
        for (number, _), outcome in zip(chunk, outcomes, strict=True):
            if outcome.problems:
                refused += 1
                if len(reasons) < _MOST_LISTED:
                    reasons.append((number, outcome.problems[0]))
            else:
                stored += 1
        read += len(chunk)
        if progress is not None:
            progress(read)
    return Loaded(read, stored, refused, tuple(reasons))


def _loader(organisation: Organisation) -> Principal:
    """Whoever loads files answers for them, unless a statement says who does."""
    authority: dict[str, object] = {
        "objectType": "Agent",
        "name": "File import",
        "account": {"homePage": settings.ENVIRONMENT.url, "name": "file-import"},
    }
    return Principal(
        organisation=organisation.pk,
        name="File import",
        scopes=frozenset({Scope.ALL}),
        authority=authority,
        authority_key=identifier(authority) or "",
        trusted=True,
    )


def _chunks(path: Path) -> Iterator[list[tuple[int, bytes]]]:
    if not path.is_file():
        raise FeedError(Problem(code="no-file", text="There is no such file.", fix="Check the path.", file=str(path)))
    try:
        with _opened(path) as file:
            lines = ((number, line) for number, line in enumerate(file, 1) if line.strip())
            while chunk := list(itertools.islice(lines, CHUNK)):
                yield chunk
    except (gzip.BadGzipFile, EOFError) as error:
        text = "The file ends early, or is not what its name says."
        raise FeedError(Problem(code="broken-file", text=text, fix="Copy it again.", file=str(path))) from error


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
