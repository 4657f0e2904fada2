"""The page as text: what it says, in which order, and what it must never say."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.report.builders import EVERY_KIND, chicago, refused, rendered

from upshot.impact.estimate import Estimate
from upshot.report.findings import Findings, Wave
from upshot.report.html import render


class Text(HTMLParser):
    """Collects the text people read, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)


def read(page: Findings | str) -> str:
    parser = Text()
    parser.feed(page if isinstance(page, str) else render(page))
    return re.sub(r"\s+", " ", " ".join(parser.words))


def tags(page: str) -> set[str]:
    parser = Text()
    parser.feed(page)
    return set(parser.tags)


def test_the_page_leads_from_the_question_to_the_words_in_the_order_of_the_design() -> None:
    text = read(rendered("chicago"))
    parts = [
        "Did procedural-justice training lower complaints?",
        "No effect on complaints that can be seen",
        "Supported by a credible comparison",
        "How large is the effect?",
        "How did it develop over time?",
        "What would a dashboard say?",
        "Does the comparison hold?",
        "What does another method say?",
        "How was this done?",
        "What came in, and what was lost?",
        "Where does it come from?",
        "What do the words mean?",
    ]
    places = [text.index(part, text.index("Real public records")) for part in parts]
    assert places == sorted(places)


def test_the_naive_figure_stands_beside_the_answer_and_is_called_weak() -> None:
    text = read(rendered("chicago"))
    assert "A dashboard would say −29 %" in text
    assert "Weak evidence, shown for comparison only" in text
    assert "−0.11 complaints per 100 officer-months remains of −1.33" in text


def test_a_refusal_carries_no_number_in_its_headline_and_offers_the_next_design() -> None:
    html = rendered("refused")
    headline = re.search(r'<p class="says"[^>]*>(.*?)</p>', html)
    assert headline
    assert headline[1] == "We cannot tell whether the training changed errors."
    text = read(rendered("refused"))
    assert "Start the next step in waves instead of all at once" in text
    assert "A dashboard would say −18 %; that is no answer" in text


def test_an_estimate_that_may_not_be_claimed_is_in_no_fact_and_no_effect_chart() -> None:
    html = rendered("computed-but-refused")
    answer = html[html.index('class="answer') : html.index("</section>", html.index('class="facts"'))]
    assert "0.11" not in answer
    assert "How large is the effect?" not in html
    assert "Show what was computed" in html


def test_an_answer_without_any_figures_still_makes_a_page() -> None:
    bare = Estimate(
        method="roth-santanna", estimand="att", outcome="x", level=0.95, registration="exploratory", n_units=40
    )
    text = read(chicago(estimate=bare, event_study=None, waves=(), audit=()))
    assert "No grade was given, so nothing is claimed." in text
    assert "No effect was estimated." in text


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_no_page_loads_or_runs_anything(kind: str) -> None:
    html = rendered(kind)
    found = tags(html)
    assert not found & {"script", "img", "iframe", "object", "embed", "form"}
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html
    assert set(re.findall(r'href="([^"]*)"', html)) <= {"data:,", *re.findall(r'href="(#[^"]*)"', html)}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_chart_is_described_and_has_a_table_under_it(kind: str) -> None:
    html = rendered(kind)
    figures = html.split("<figure")[1:]
    for figure in figures:
        assert re.search(r'<svg class="chart wide" role="img" aria-label="[^"]{10,}"', figure)
        assert "<caption>" in figure[: figure.index("</figure>")]
    assert html.count("<svg") == 2 * len(figures)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_ids_are_unique_and_chart_colours_come_from_the_page(kind: str) -> None:
    html = rendered(kind)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    drawn = "".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    assert not re.search(r'(fill|stroke)="(#|rgb)', drawn)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_no_page_speaks_of_statistical_significance_or_prints_a_placeholder(kind: str) -> None:
    text = read(rendered(kind))
    assert not re.search(r"significan|insight|leverage|\bnan\b|\binf\b|None(?! of)", text)


def test_hostile_texts_are_shown_and_not_obeyed() -> None:
    html = rendered("hostile")
    assert "<script" not in html.replace("&lt;script", "")
    assert "<img" not in html
    assert "{{ 7*7 }}" in html
    assert "تدريب" in html


def test_waves_of_fewer_than_five_are_withheld_with_a_neighbour() -> None:
    text = read(
        chicago(
            waves=(Wave(start="2012-01", people=60), Wave(start="2012-02", people=3), Wave(start="2012-03", people=21))
        )
    )
    assert "February 2012 fewer than 5" in text
    assert "March 2012 withheld" in text
    assert "January 2012 60" in text


def test_the_page_is_the_same_every_time() -> None:
    assert render(refused()) == rendered("refused")


def test_the_language_of_the_page_can_be_named() -> None:
    assert '<html lang="en-GB">' in render(replace(refused(), lang="en-GB"))
