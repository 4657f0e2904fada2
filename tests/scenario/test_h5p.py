"""H5P Branching Scenario to a scenario file: what comes over, what is listed, and what is refused."""

import json
import struct
import zipfile
from io import BytesIO
from typing import Any

import pytest

from upshot.errors import ScenarioError
from upshot.scenario.exchange import Imported
from upshot.scenario.h5p import h5p_picture, import_h5p
from upshot.scenario.reading import read

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def a_text(html: str, goes_on: int, title: str = "A text") -> dict[str, Any]:
    kind = {"library": "H5P.AdvancedText 1.1", "params": {"text": html}, "metadata": {"title": title}}
    return {"type": kind, "nextContentId": goes_on, "proceedButtonText": "Proceed", "feedback": {"subtitle": ""}}


def a_question(html: str, *alternatives: dict[str, Any], title: str = "A question") -> dict[str, Any]:
    params = {"branchingQuestion": {"question": html, "alternatives": list(alternatives)}}
    return {"type": {"library": "H5P.BranchingQuestion 1.0", "params": params, "metadata": {"title": title}}}


def an_answer(text: str, goes_to: int | None, feedback: str = "", score: int | None = None) -> dict[str, Any]:
    more = {} if score is None else {"endScreenScore": score}
    goes = {} if goes_to is None else {"nextContentId": goes_to}
    return {"text": text, **goes, "feedback": {"title": "", "subtitle": feedback, **more}}


def a_package(content: Any, about: Any = None, **files: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        told = (
            {"title": "The fee", "mainLibrary": "H5P.BranchingScenario", "language": "en"} if about is None else about
        )
        archive.writestr("h5p.json", json.dumps(told))
        archive.writestr("content/content.json", json.dumps(content))
        for name, data in files.items():
            archive.writestr(f"content/images/{name}.png", data)
    return stream.getvalue()


def a_story(*content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"branchingScenario": {"content": list(content), **more}}


def taken(*content: dict[str, Any], **more: Any) -> Imported:
    return import_h5p(a_package(a_story(*content, **more)))


STORY = (
    a_text("<p>A <strong>letter</strong> came.</p><ul><li><p>Fee: 4 &lt; 5</p></li></ul>", 1, "The letter"),
    a_question("<p>What now?</p>", an_answer("Call", -1, "<p>Good.</p>"), an_answer("Wait*", None), title="What now?"),
)


def test_texts_questions_answers_feedback_and_endings_come_over() -> None:
    result = taken(
        *STORY, endScreens=[{"contentId": -1, "endScreenTitle": "<p>Done</p>", "endScreenSubtitle": "<p>Bye</p>"}]
    )
    scenario = read(result.text).scenario
    assert scenario is not None
    letter, question, end = scenario.nodes
    assert (letter.id, letter.title, letter.text) == (
        "the-letter",
        "The letter",
        "A **letter** came.\n\n- Fee: 4 \\< 5",
    )
    assert (letter.choices[0].turn, letter.choices[0].target) == (True, "what-now")
    assert [(one.id, one.text, one.target, one.feedback) for one in question.choices] == [
        ("call", "Call", "ending", "Good."), ("wait", "Wait\\*", "ending", ""),
    ]  # fmt: skip
    assert (end.title, end.text, end.end) == ("Done", "Bye", True)
    assert result.not_converted == ()
    assert {one.code for one in result.problems if one.kind == "error"} == set()


def test_points_by_answer_become_a_competency() -> None:
    question = a_question(
        "<p>Q</p>", an_answer("A", -1, score=3), an_answer("B", -1, score=0), an_answer("C", -1, score=999)
    )
    result = taken(question, scoringOptionGroup={"scoringOption": "dynamic-score"})
    scenario = read(result.text).scenario
    assert scenario is not None
    assert [one.points for one in scenario.nodes[0].choices] == [(("practice", 3),), (), ()]
    assert [str(one) for one in result.not_converted] == [
        "step a-question, answer c: Its 999 points are out of range and left out."
    ]


def test_what_cannot_be_converted_is_listed_by_place() -> None:
    video = {"type": {"library": "H5P.Video 1.6", "params": {}, "metadata": {"title": "Film"}}, "nextContentId": -1}
    slides = {
        "presentation": {
            "slides": [
                {"elements": [{"action": {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>One</p>"}}}]}
            ]
        }
    }
    course = {
        "type": {"library": "H5P.CoursePresentation 1.24", "params": slides, "metadata": {"title": "Deck"}},
        "nextContentId": 7,
    }
    result = taken(
        video, course, a_text("<p>x<script>alert(1)</script><iframe src=x></iframe></p>", -1),
        behaviour={"enableBackwardsNavigation": True, "randomizeBranchingQuestions": True},
        scoringOptionGroup={"scoringOption": "static-end-score"}, endScreens=[{"contentId": -1, "endScreenScore": 5}],
    )  # fmt: skip
    assert {one.where for one in result.not_converted} == {
        "settings",
        "step film",
        "step deck",
        "step a-text",
        "ending ending",
    }
    assert {one.code for one in result.problems if one.kind == "error"} == {"missing-target", "unreachable"}
    assert "One" in result.text
    assert "alert" not in result.text


def test_pictures_are_named_and_can_be_taken_out_one_by_one() -> None:
    image = {
        "library": "H5P.Image 1.1",
        "params": {"file": {"path": "images/a.png"}, "alt": "A form"},
        "metadata": {"title": "Form"},
    }
    package = a_package(a_story({"type": image, "nextContentId": -1}), a=PNG, b=b"<script>")
    result = import_h5p(package)
    assert result.pictures == ("images/a.png",)
    assert "![A form](images/a.png)" in result.text
    assert h5p_picture(package, "images/a.png") == PNG
    for name in ("images/b.png", "images/none.png"):
        with pytest.raises(ScenarioError):
            h5p_picture(package, name)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "https://example.org/x.png", "a\\..\\b"])
def test_a_picture_outside_the_file_is_left_out(path: str) -> None:
    image = {"library": "H5P.Image 1.1", "params": {"file": {"path": path}, "alt": "A"}, "metadata": {}}
    result = taken({"type": image, "nextContentId": -1})
    assert result.pictures == ()
    assert len(result.not_converted) == 1


FOREIGN = [
    "<b>**x**</b>", "# not a step {#x}", "- [x](#y){id=z}", "<a href='javascript:alert(1)'>x</a>", "a\n\n---\n\n# b",
    "`` ` ``", "&lt;script&gt;alert(1)&lt;/script&gt;", "{a=1 .best}", "![x](y)", "1. a", "> q", "\u202etxt",
    "<![CDATA[x]]>", "<![foo", "<!", "<?php", "<!-- open", "<a <b <c", "</", "<p", "&#0;&#xD800;",
]  # fmt: skip


@pytest.mark.parametrize("html", FOREIGN)
def test_foreign_words_stay_words(html: str) -> None:
    result = taken(
        a_text(f"<p>{html}</p>", -1), a_question(html, an_answer(html, -1, html), an_answer("B", -1), title=html)
    )
    scenario = read(result.text).scenario
    assert scenario is not None
    assert len(scenario.nodes) == 3
    errors = {one.code for one in result.problems if one.kind == "error"}
    assert errors <= {"unreachable"}


@pytest.mark.parametrize(
    ("content", "about", "code"),
    [
        ({}, None, "h5p-no-content"),
        ([], None, "h5p-no-content"),
        ({"branchingScenario": {"content": []}}, None, "h5p-no-content"),
        ({"branchingScenario": {"content": [{"contentType": "x"}]}}, None, "h5p-not-valid"),
        ({"branchingScenario": {"content": [None]}}, None, "h5p-not-valid"),
        (a_story(*STORY), {"mainLibrary": "H5P.QuestionSet"}, "h5p-other-kind"),
        (a_story(*STORY), [], "h5p-other-kind"),
    ],
)
def test_what_is_no_branching_scenario_is_refused_with_the_reason(content: Any, about: Any, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        import_h5p(a_package(content, about))
    assert [one.code for one in caught.value.problems] == [code]


WRONG = [None, 7, "x", [], {}, [None], {"a": 1}, True, 1e400, -0.5]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_values_of_the_wrong_kind_never_break_the_reading(wrong: Any) -> None:
    alternative = {"text": wrong, "nextContentId": wrong, "feedback": wrong}
    question = {
        "type": {
            "library": "H5P.BranchingQuestion",
            "params": {"branchingQuestion": {"question": wrong, "alternatives": [alternative, wrong]}},
        }
    }
    text = {
        "type": {"library": "H5P.AdvancedText", "params": {"text": wrong}, "metadata": wrong},
        "nextContentId": wrong,
        "proceedButtonText": wrong,
    }
    result = taken(question, text, endScreens=wrong, startScreen=wrong, scoringOptionGroup=wrong, behaviour=wrong)
    assert read(result.text).scenario is not None


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<a x='", "<![", "</", "<p>", "&", "<b>x", "<!x", "<li>"])
def test_hostile_html_is_read_in_time(piece: str) -> None:
    assert taken(a_text(piece * 15_000, -1)).text.startswith("---")


def test_a_picture_without_words_is_left_to_its_author() -> None:
    result = taken(a_text('<p>x<img src="a.png" onerror="alert(1)"></p>', -1))
    assert [one.code for one in result.problems if one.kind == "error"] == ["picture-without-text"]
    assert "onerror" not in result.text


def a_bomb() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("h5p.json", json.dumps({"mainLibrary": "H5P.BranchingScenario"}))
        archive.writestr("content/content.json", b"[" + b" " * 20_000_001)
    return stream.getvalue()


def encrypted() -> bytes:
    data = bytearray(a_package(a_story(*STORY)))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def doubled() -> bytes:
    stream = BytesIO(a_package(a_story(*STORY)))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("h5p.json", "{}")
    return stream.getvalue()


def packed_with(method: int) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("h5p.json", "{}")
    return stream.getvalue()


def with_a_directory_of(size: int) -> bytes:
    data = bytearray(a_package(a_story(*STORY)))
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<L", size)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: b"", "not-a-zip"),
        (lambda: b"PK\x03\x04 not really", "not-a-zip"),
        (lambda: b"PK\x05\x06", "not-a-zip"),
        (lambda: a_package(a_story(*STORY))[:-10], "not-a-zip"),
        (
            lambda: a_package(a_story(*STORY)).replace(b"content/content.json", b"content/contenX.json"),
            "zip-incomplete",
        ),
        (lambda: a_package(a_story(*STORY))[:60] + b"\xff" * 40 + a_package(a_story(*STORY))[100:], "not-a-zip"),
        (lambda: packed_with(zipfile.ZIP_DEFLATED), "zip-incomplete"),
        (lambda: packed_with(zipfile.ZIP_LZMA), "zip-unknown-packing"),
        (a_bomb, "zip-bomb"),
        (encrypted, "zip-encrypted"),
        (doubled, "zip-doubled"),
        (lambda: with_a_directory_of(50_000_000), "zip-too-many"),
        (lambda: b"\0" * 100_000_001, "too-large"),
    ],
)
def test_a_hostile_or_damaged_archive_is_refused_with_the_reason(data: Any, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        import_h5p(data())
    assert [one.code for one in caught.value.problems] == [code]


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[" * 100_000, b""])
def test_content_that_is_no_json_is_refused(text: bytes) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("h5p.json", json.dumps({"mainLibrary": "H5P.BranchingScenario"}))
        archive.writestr("content/content.json", text)
    with pytest.raises(ScenarioError, match=r"content\.json"):
        import_h5p(stream.getvalue())
