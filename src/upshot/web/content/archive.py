"""Unpack a package that may be hostile: every entry is judged before anything is written, and counted while it is."""

import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from upshot.errors import PackageError, Problem

__all__ = ["MOST_BYTES", "MOST_ENTRIES", "names_in", "read_entry", "unpack"]

MOST_ENTRIES: Final = 20_000
MOST_BYTES: Final = 2 * 1024**3
"""Bytes a package may hold unpacked."""
_MOST_RATIO: Final = 200
_RATIO_FROM: Final = 1024**2
"""A small file may shrink as far as it likes; a larger one that shrinks 200 times is made to fill a disk."""
_LONGEST_PATH: Final = 400
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MOST_XML: Final = 20 * 1024**2


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        text = "The file is not a zip archive, or it is damaged."
        raise PackageError(Problem(code="zip-broken", text=text, fix="Export the package again.")) from error


def names_in(file: IO[bytes]) -> frozenset[str]:
    """Paths of the files in an archive, once every entry was found harmless.

    Raises
    ------
    PackageError
        With everything that is wrong with its entries.
    """
    with _opened(file) as archive:
        entries = archive.infolist()
        problems = list(_problems(entries))
        if problems:
            raise PackageError(problems[:50])
        return frozenset(entry.filename for entry in entries if not entry.is_dir())


def _problems(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    if len(entries) > MOST_ENTRIES:
        yield Problem(code="zip-entries", text=f"The archive holds more than {MOST_ENTRIES} files.", fix="Split it.")
        return
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        yield Problem(code="zip-size", text=f"Unpacked, the archive is larger than {MOST_BYTES // 1024**3} GB.")
    seen: dict[str, str] = {}
    for entry in entries:
        yield from _entry_problems(entry)
        other = seen.setdefault(entry.filename.casefold(), entry.filename)
        if other is not entry.filename:
            yield _problem("zip-twice", "Two files of the archive have the same path.", entry)


def _entry_problems(entry: zipfile.ZipInfo) -> Iterator[Problem]:
    name = entry.filename
    parts = PurePosixPath(name).parts
    if not name or name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts or "\\" in name:
        yield _problem("zip-path", "A path of the archive leads out of its folder.", entry)
    elif len(name) > _LONGEST_PATH or any(ord(sign) < 32 for sign in name) or any(len(part) > 200 for part in parts):
        yield _problem("zip-path", "A path of the archive is too long, or holds control characters.", entry)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield _problem("zip-link", "The archive holds a link or a device, not only files.", entry)
    if entry.flag_bits & 0x1:
        yield _problem("zip-locked", "The archive is protected with a password.", entry)
    if entry.compress_type not in _METHODS:
        yield _problem("zip-method", "The archive is compressed in a way that is not read.", entry)
    if entry.file_size > _RATIO_FROM and entry.file_size > _MOST_RATIO * max(1, entry.compress_size):
        yield _problem("zip-bomb", f"A file of the archive grows more than {_MOST_RATIO} times when unpacked.", entry)


def _problem(code: str, text: str, entry: zipfile.ZipInfo) -> Problem:
    shown = entry.filename[:120].encode("unicode_escape").decode("ascii")
    return Problem(code=code, text=text, fix="Make the package again with the files alone.", value=shown)


def read_entry(file: IO[bytes], name: str) -> bytes:
    """The bytes of one small file of an archive.

    Raises
    ------
    PackageError
        When it is damaged or larger than a manifest can sensibly be.
    """
    with _opened(file) as archive:
        try:
            with archive.open(name) as entry:
                content = entry.read(_MOST_XML + 1)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise PackageError(
                Problem(code="zip-broken", text="A file of the archive is damaged.", file=name)
            ) from error
    if len(content) > _MOST_XML:
        raise PackageError(Problem(code="xml-size", text="The file is larger than 20 MB.", file=name))
    return content


def unpack(file: IO[bytes], folder: Path, *, told: Callable[[int, int], None] | None = None) -> int:
    """Write the files of an archive under a folder; how many bytes. Call after :func:`names_in` found it harmless.

    Parameters
    ----------
    file
        The archive.
    folder
        Where its files are written.
    told
        Called now and then with the bytes written and how many there will be; what it raises ends the work.

    Raises
    ------
    PackageError
        When a file is damaged, or holds more than its entry says; nothing is left behind.
    """
    try:
        with _opened(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            count = _Count(sum(entry.file_size for entry in entries), told)
            for entry in entries:
                _write(archive, entry, folder, count)
            return count.done
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        text = "A file of the archive is damaged, or its path cannot be kept."
        raise PackageError(Problem(code="zip-broken", text=text, fix="Export the package again.")) from error
    except PackageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@dataclass(slots=True)
class _Count:
    """Bytes written of those there will be, told on at each hundredth."""

    of: int
    told: Callable[[int, int], None] | None
    done: int = 0
    last: int = 0

    def add(self, size: int) -> None:
        self.done += size
        if self.told is not None and self.done - self.last >= self.of / 100:
            self.last = self.done
            self.told(self.done, self.of)


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, count: _Count) -> None:
    path = (folder / entry.filename).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise PackageError(_problem("zip-path", "A path of the archive leads out of its folder.", entry))
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as source, path.open("xb") as target:
        while piece := source.read(1024**2):
            size += len(piece)
            if size > entry.file_size:
                raise PackageError(_problem("zip-bomb", "A file of the archive holds more than it says.", entry))
            target.write(piece)
            count.add(len(piece))
