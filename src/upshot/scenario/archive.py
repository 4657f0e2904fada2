"""Single files out of a zip that a stranger sent: bounded in bytes and entries before anything is unpacked."""

import struct
import zipfile
import zlib
from io import BytesIO

from upshot.scenario.exchange import refuse

__all__ = ["MAX_ARCHIVE", "MAX_ENTRIES", "member", "opened"]

MAX_ARCHIVE = 100_000_000
MAX_ENTRIES = 10_000
MAX_DIRECTORY = 4_000_000
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 0x1


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, once its size and its directory are known to be small; nothing is unpacked."""
    if len(data) > MAX_ARCHIVE:
        text = f"The file has more than {MAX_ARCHIVE // 1_000_000} million bytes."
        raise refuse("too-large", text, "Remove videos before you export.")
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, OverflowError, NotImplementedError):
        raise _broken() from None
    if len(archive.infolist()) > MAX_ENTRIES:
        text = f"The file holds more than {MAX_ENTRIES:,} entries."
        raise refuse("zip-too-many", text, "Export it again from the tool it was made in.")
    return archive


def _check_directory(data: bytes) -> None:
    """Read the end record ourselves: the library would load a directory of any length."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + 22:
        raise _broken()
    size = struct.unpack("<L", data[at + 12 : at + 16])[0]
    if size > MAX_DIRECTORY or data[max(0, at - 20) : at - 16] == b"PK\x06\x07":
        fix = "Export it again from the tool it was made in."
        raise refuse("zip-too-many", "The file's directory is larger than any export's.", fix)


def member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One file of the archive, unpacked to at most ``most`` bytes; a name that stands twice is refused."""
    found = [one for one in archive.infolist() if one.filename == name]
    if not found:
        raise refuse("zip-incomplete", f"The file holds no '{name}'.", "Export it again from the tool it was made in.")
    if len(found) > 1:
        raise refuse("zip-doubled", f"'{name}' stands twice in the file.", "Export it again.")
    info = found[0]
    if info.flag_bits & _ENCRYPTED:
        raise refuse("zip-encrypted", "The file is protected by a password.", "Export it without one.")
    if info.compress_type not in {_STORED, _DEFLATED}:
        raise refuse("zip-unknown-packing", f"'{name}' is packed in an unusual way.", "Export it again.")
    try:
        with archive.open(info) as stream:
            content = stream.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError, struct.error):
        raise _broken() from None
    if len(content) > most:
        text = f"'{name}' unpacks to more than {most // 1_000_000} million bytes."
        raise refuse("zip-bomb", text, "A file of this kind is much smaller; do not open it elsewhere either.")
    return content


def _broken() -> Exception:
    return refuse("not-a-zip", "The file is not a zip archive, or is damaged.", "Export it again, and send it whole.")
