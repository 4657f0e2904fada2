"""Opening a feed's file: what kind it is, its compression, its encoding, its fingerprint."""

import codecs
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

from upshot.errors import FeedError, Problem

__all__ = [
    "CountedStream",
    "FileKind",
    "OnBytes",
    "check_encoding",
    "empty_file",
    "file_kind",
    "fingerprint",
    "open_bytes",
    "text_encoding",
    "truncated",
    "unpacked",
]

FileKind = Literal["csv", "excel", "parquet"]
OnBytes = Callable[[int], None]

_CHUNK = 1 << 22
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def file_kind(path: Path) -> FileKind:
    """Which kind of file it is, by its first bytes and not by its name.

    Raises
    ------
    FeedError
        If the file is missing or empty.
    """
    if not path.is_file():
        raise FeedError(Problem(code="no-file", text="There is no such file.", fix="Check the path.", file=str(path)))
    with path.open("rb") as handle:
        head = handle.read(8)
    if not head:
        raise empty_file(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0") or (head.startswith(b"PK") and _is_workbook(path)):
        return "excel"
    return "csv"


def empty_file(path: Path) -> FeedError:
    """The error for a file with nothing in it."""
    fix = "Export it again; an export with no records still has a header line."
    return FeedError(Problem(code="empty-file", text="The file is empty.", fix=fix, file=path.name))


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return any(name in ("[Content_Types].xml", "content.xml") for name in names)


def fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def open_bytes(path: Path) -> BinaryIO:
    """The file's content, unpacked when it is gzip or a zip archive with one file.

    Raises
    ------
    FeedError
        If an archive holds more or less than one file.
    """
    with path.open("rb") as handle:
        head = handle.read(4)
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(path, "rb")  # type: ignore[return-value] # GzipFile is a binary stream
    if head == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            if len(names) != 1:
                text = f"The archive holds {len(names)} files."
                raise FeedError(Problem(code="archive", text=text, fix="Give one file at a time.", file=path.name))
            return archive.open(names[0])  # type: ignore[return-value] # ZipExtFile is a binary stream
    return path.open("rb")


class CountedStream(io.RawIOBase):
    """The unpacked content; tells how far the packed file has been read and counts quotation marks."""

    def __init__(self, path: Path, on_bytes: OnBytes | None = None) -> None:
        self._content = open_bytes(path)
        self._packed = getattr(getattr(self._content, "fileobj", None), "fileobj", None) or self._content
        self._on_bytes = on_bytes
        self._told = 0
        self.quotes = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read, count and tell."""
        data = self._content.read(size)
        self.quotes += data.count(b'"')
        if self._on_bytes is not None and data:
            place = self._packed.tell()
            self._on_bytes(max(place - self._told, 0))
            self._told = place
        return data

    def close(self) -> None:
        """Close the file as well."""
        self._content.close()
        super().close()


def text_encoding(path: Path, declared: str) -> str:
    """The declared encoding, or the one a byte-order mark states.

    Raises
    ------
    FeedError
        If the declared encoding has no such name.
    """
    try:
        codecs.lookup(declared)
    except LookupError as error:
        fix = "Use a name such as utf-8, cp1252 or latin-1."
        problem = Problem(code="encoding", text="There is no such encoding.", fix=fix, file=path.name, value=declared)
        raise FeedError(problem) from error
    with unpacked(path) as handle:
        head = handle.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return declared


class unpacked:  # noqa: N801 - reads as a with statement
    """The file's content as a context; a truncated archive becomes a `FeedError` that says so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: BinaryIO | None = None

    def __enter__(self) -> BinaryIO:
        self._handle = open_bytes(self._path)
        return self._handle

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._handle is not None:
            self._handle.close()
        if isinstance(error, EOFError | OSError | zipfile.BadZipFile | zlib.error) and not isinstance(
            error, FileNotFoundError
        ):
            raise truncated(self._path) from error


def truncated(path: Path) -> FeedError:
    """The error for an archive that ends too early."""
    fix = "Transfer it again and compare its size with the original; nothing was stored."
    return FeedError(Problem(code="truncated", text="The compressed file ends too early.", fix=fix, file=path.name))


def check_encoding(path: Path, encoding: str) -> None:
    """Read the file once and say on which line it stops being the declared encoding.

    Raises
    ------
    FeedError
        If it does.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with unpacked(path) as handle:
        while chunk := handle.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                lines += chunk[: max(error.start, 0)].count(b"\n")
                raise _not_encoded(path, encoding, lines) from error
            lines += chunk.count(b"\n")


def _not_encoded(path: Path, encoding: str, line: int) -> FeedError:
    text = f"Line {line} is not {encoding}."
    fix = "Set file.encoding in the profile to what the file is; exports from Windows are often cp1252."
    return FeedError(Problem(code="encoding", text=text, fix=fix, file=path.name, line=line))
