"""Files of other tools as scenarios: H5P Branching Scenario, Twee 3, and our own Markdown."""

from dataclasses import dataclass

from upshot.errors import InputError, Problem, ScenarioError
from upshot.scenario.h5p import h5p_picture, import_h5p
from upshot.scenario.twee import import_twee
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice.authoring import store
from upshot.web.practice.models import Picture, Scenario, ScenarioVersion

__all__ = ["LARGEST", "bring_in", "keep_picture", "picture_type"]

LARGEST = 50_000_000
"""Bytes of a file that is taken."""
LARGEST_PICTURE = 10_000_000
_KINDS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


@dataclass(frozen=True, slots=True)
class _Brought:
    text: str
    left_out: tuple[str, ...] = ()
    pictures: tuple[tuple[str, bytes], ...] = ()


def bring_in(*, viewer: Viewer, name: str, data: bytes) -> ScenarioVersion:
    """Make a scenario of a file; what could not be converted is kept as a list on its first version.

    Raises
    ------
    ScenarioError, InputError
        If the file is none of these kinds, is damaged or hostile, or its scenario's id is taken.
    """
    if len(data) > LARGEST:
        raise InputError(Problem(code="too-large", text="The file is larger than 50 million bytes."))
    brought = _read(name.lower(), data)
    version = store(viewer=viewer, text=brought.text, note=f"From {name}"[:300], not_converted=brought.left_out)
    for picture, content in brought.pictures:
        keep_picture(scenario=version.scenario, name=picture, content=content)
    return version


def _read(name: str, data: bytes) -> _Brought:
    if name.endswith(".h5p"):
        return _from_h5p(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        fix = "Choose an .h5p, .twee, .tw or .scenario.md file."
        raise InputError(Problem(code="not-text", text="The file is no text.", fix=fix)) from None
    if name.endswith((".twee", ".tw")):
        found = import_twee(text)
        return _Brought(found.text, tuple(str(one) for one in found.not_converted))
    return _Brought(text)


def _from_h5p(data: bytes) -> _Brought:
    found = import_h5p(data)
    left_out, pictures = [str(one) for one in found.not_converted], list[tuple[str, bytes]]()
    for name in found.pictures:
        try:
            pictures.append((name.rpartition("/")[2], h5p_picture(data, name)))
        except ScenarioError as error:
            left_out += [f"{name}: {one.text}" for one in error.problems]
    return _Brought(found.text, tuple(left_out), tuple(pictures))


def picture_type(content: bytes) -> str:
    """What kind of picture bytes are, by how they begin; empty for anything else."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _KINDS if content.startswith(magic)), "")


def keep_picture(*, scenario: Scenario, name: str, content: bytes) -> Picture:
    """Keep a picture under its name; the same name again replaces it.

    Raises
    ------
    InputError
        If it is larger than 10 million bytes, or no PNG, JPEG, GIF or WebP.
    """
    kind = picture_type(content)
    if not kind or len(content) > LARGEST_PICTURE:
        fix = "Take a PNG, JPEG, GIF or WebP picture of at most 10 million bytes."
        raise InputError(Problem(code="not-a-picture", text=f"'{name[:60]}' is no such picture.", fix=fix))
    kept, _ = Picture.objects.update_or_create(
        scenario=scenario, name=name[:200], defaults={"content_type": kind, "content": content}
    )
    return kept
