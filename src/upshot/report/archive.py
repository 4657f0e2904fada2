"""Zip archives, as office files are, with one fixed date: equal content is equal bytes."""

import io
import zipfile

__all__ = ["with_fixed_dates"]

_DATE = (1980, 1, 1, 0, 0, 0)


def with_fixed_dates(archive: bytes) -> bytes:
    """The same archive, every member dated 1 January 1980, the earliest date a zip archive can hold."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            member = zipfile.ZipInfo(name, date_time=_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(member, given.read(name))
    return held.getvalue()
