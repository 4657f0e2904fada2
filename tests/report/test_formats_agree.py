"""One record, every format: the same sentence, grade, numbers, people and date in PDF, slides and workbook."""

import re

import pytest
from tests.report.documents import READ, flat, laid_out

from upshot.report.formats import MEDIA_TYPES, SUFFIXES, render_as, suffix_of
from upshot.report.letters import without_marks

_KINDS = ("chicago", "everything", "refused", "computed-but-refused")


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("kind", _KINDS)
def test_every_format_says_what_the_page_says(kind: str, form: str) -> None:
    page, text = laid_out(kind), READ[form](kind)
    said = [page.findings.question, page.headline, page.grade_name, page.grade_why, page.as_of, page.registration[0]]
    said += [part for fact in page.facts for part in (fact.value, fact.note)]
    missing = [part for part in said if flat(without_marks(part)) not in text.replace("\u00ad", "")]
    assert missing == [], f"{form} of {kind} lacks {missing}"


@pytest.mark.parametrize("form", READ)
def test_what_stands_beside_the_answer_is_in_every_format(form: str) -> None:
    text = READ[form]("everything")
    page = laid_out("everything")
    value = page.findings.value
    assert value is not None
    for part in (value.text, "Satisfaction fell by 2.0 points", "Over 9 months the effect did not fade.", "North"):
        assert part in text, f"{form} lacks {part!r}"
    assert "Few did." in text


def test_a_refusal_shows_no_number_of_the_effect_on_any_slide() -> None:
    text = READ["pptx"]("computed-but-refused")
    assert "−0.11" not in text
    assert "We cannot tell" in text
    assert "What would make it knowable" in text


@pytest.mark.parametrize("form", READ)
def test_no_format_speaks_of_significance_or_prints_a_placeholder(form: str) -> None:
    for kind in _KINDS:
        assert not re.search(r"significan|insight|leverage|\bnan\b|\binf\b|None(?! of)", READ[form](kind))


def test_the_ending_of_a_name_chooses_the_format(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("names")
    assert [suffix_of(root / f"a{end}") for end in (*SUFFIXES, ".PDF", ".htm")] == [*SUFFIXES, ".pdf", ".html"]
    assert set(MEDIA_TYPES) == set(SUFFIXES)
    with pytest.raises(ValueError, match=r"ends in .html, .pdf, .pptx or .xlsx"):
        suffix_of(root / "a.doc")


def test_each_format_is_written_by_one_call() -> None:
    findings = laid_out("refused").findings
    beginnings = [render_as(findings, suffix)[:4] for suffix in SUFFIXES]
    assert beginnings == [b"<!DO", b"%PDF", b"PK\x03\x04", b"PK\x03\x04"]
