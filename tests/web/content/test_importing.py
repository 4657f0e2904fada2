"""Packages taken in: what is kept, and everything hostile or broken that is not."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.content.packages import a_cmi5_package, a_scorm_package, manifest, zipped
from tests.xapi.cmi5_courses import au_xml, course_xml

from upshot.errors import PackageError
from upshot.web.content import archive
from upshot.web.content.injection import with_runtime
from upshot.web.content.manifest import read_manifest
from upshot.web.content.models import Course
from upshot.web.content.services.importing import folder_of, import_course

pytestmark = pytest.mark.django_db


def refused(cast: Cast, file: io.BytesIO) -> list[str]:
    with pytest.raises(PackageError) as raised:
        import_course(cast.organisation, file)
    assert Course.objects.count() == 0
    kept = folder_of(Course(organisation=cast.organisation)).parent
    assert not kept.exists() or not list(kept.iterdir())
    return [problem.code for problem in raised.value.problems]


def test_a_cmi5_package_is_kept_with_its_files(cast: Cast) -> None:
    course = import_course(cast.organisation, a_cmi5_package())
    assert (course.kind, course.title, course.files) == ("cmi5", "A title", 3)
    assert {path.name for path in folder_of(course).iterdir()} == {"cmi5.xml", "index.html", "unit.js"}


def test_a_structure_alone_is_kept_where_its_units_have_whole_addresses(cast: Cast) -> None:
    course = import_course(cast.organisation, io.BytesIO(course_xml(au_xml(url="https://example.com/au"))))
    assert (course.files, folder_of(course).exists()) == (0, False)


@pytest.mark.parametrize(("version", "kind"), [("1.2", "scorm-1.2"), ("2004 4th Edition", "scorm-2004")])
def test_a_scorm_package_is_told_by_its_manifest(version: str, kind: str, cast: Cast) -> None:
    course = import_course(cast.organisation, a_scorm_package(version))
    assert (course.kind, course.title) == (kind, "A SCORM course")


@pytest.mark.parametrize("name", ["../evil.html", "/etc/evil", "a/../../evil", "C:evil", "a\\..\\evil", "a/\x01b"])
def test_paths_that_lead_elsewhere_are_refused(name: str, cast: Cast) -> None:
    file = zipped({"cmi5.xml": course_xml()})
    with zipfile.ZipFile(file, "a") as target:
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        target.writestr(entry, "evil")
    file.seek(0)
    assert "zip-path" in refused(cast, file)


def test_links_are_refused(cast: Cast) -> None:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = zipped({"cmi5.xml": course_xml()})
    with zipfile.ZipFile(file, "a") as target:
        target.writestr(entry, "/etc/passwd")
    file.seek(0)
    assert refused(cast, file) == ["zip-link"]


def test_files_that_grow_out_of_measure_are_refused(cast: Cast) -> None:
    assert refused(cast, zipped({"cmi5.xml": course_xml(), "bomb": b"\0" * 3_000_000})) == ["zip-bomb"]


def test_archives_with_too_many_or_too_large_files_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 2)
    assert refused(cast, a_cmi5_package()) == ["zip-entries"]
    monkeypatch.setattr(archive, "MOST_ENTRIES", 20)
    monkeypatch.setattr(archive, "MOST_BYTES", 100)
    assert refused(cast, a_cmi5_package()) == ["zip-size"]


def test_two_files_with_one_path_are_refused_even_where_case_differs(cast: Cast) -> None:
    assert refused(cast, zipped({"cmi5.xml": course_xml(), "A.html": "1", "a.html": "2"})) == ["zip-twice"]


def test_a_damaged_file_is_found_while_unpacking_and_leaves_nothing(cast: Cast) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("cmi5.xml", course_xml(au_xml(url="https://example.com/au")))
        made.writestr("a.txt", "marked content")
    broken = io.BytesIO(target.getvalue().replace(b"marked content", b"forged content", 1))
    assert refused(cast, broken) == ["zip-broken"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"# A course", "package-kind"), (b"", "package-kind"), (b"PK\x03\x04 no archive", "zip-broken")],
)
def test_what_is_no_package_is_refused(content: bytes, code: str, cast: Cast) -> None:
    assert refused(cast, io.BytesIO(content)) == [code]


def test_a_zip_of_a_folder_is_told_how_to_be_made(cast: Cast) -> None:
    with pytest.raises(PackageError, match="Zip the contents of the folder"):
        import_course(cast.organisation, zipped({"course/cmi5.xml": course_xml()}))


def test_an_entry_that_holds_more_than_it_says_is_given_up(tmp_path: Path) -> None:
    file = zipped({"a.txt": b"x" * 5000})
    forged = bytearray(file.getvalue())
    at = forged.rindex(b"PK\x01\x02")
    forged[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(PackageError):
        archive.unpack(io.BytesIO(bytes(forged)), tmp_path / "course")
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (manifest(href="missing.html"), "scorm-file"),
        (manifest(href="https://example.com/sco.html"), "scorm-url"),
        (manifest(items='<item identifier="i" identifierref="none"/>'), "scorm-resource"),
        (manifest(items=""), "scorm-empty"),
        (b"<other/>", "scorm-root"),
        (b"<manifest identifier='m'/>", "scorm-organization"),
        (b"<!DOCTYPE m [<!ENTITY a 'b'>]><manifest/>", "xml-hostile"),
    ],
)
def test_mistakes_of_a_manifest_are_named(text: bytes, code: str) -> None:
    with pytest.raises(PackageError) as raised:
        read_manifest(text, {"sco.html"})
    assert code in [problem.code for problem in raised.value.problems]


def test_a_manifest_gives_mastery_parameters_and_nested_items() -> None:
    inner = (
        '<item identifier="a"><title>Part</title><item identifier="b" identifierref="r1" parameters="?x=1">'
        "<title>One</title><adlcp:masteryscore>80</adlcp:masteryscore><adlcp:datafromlms>go</adlcp:datafromlms>"
        "</item></item>"
    )
    _, course = read_manifest(manifest(items=inner), {"sco.html"})
    (unit,) = course.units
    assert (unit.mastery, unit.url, unit.parameters) == (0.8, "sco.html?x=1", "go")
    assert [block.title for block in course.root.blocks] == ["Part"]


@pytest.mark.parametrize(
    ("page", "start"),
    [
        (b"<!doctype html><html><head><title>x", b"<!doctype html><html><head><script"),
        (b"<p>x", b"<script"),
        (
            b'<?xml version="1.0"?><!DOCTYPE html><html lang="en"><body>',
            b'<?xml version="1.0"?><!DOCTYPE html><html lang="en"><script',
        ),
    ],
)
def test_the_runtime_comes_before_any_script_and_after_the_doctype(page: bytes, start: bytes) -> None:
    assert with_runtime(page, ["/a.js"]).startswith(start)
