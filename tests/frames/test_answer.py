"""An answer lays itself out as a table, as text and as a chart, in a notebook too."""

import json
import re
from importlib.resources import files

import altair as alt
import pytest

import upshot as up
from upshot.impact.estimate import Estimate, Naive, OtherEstimate, Term
from upshot.report.estimate_chart import LIGHT

ROLLOUT = {"unit": "person", "time": "month", "outcome": "sales", "first_treated": "started"}


def an_answer(**options) -> up.Answer:
    return up.estimate(up.simulate_rollout(n=90, seed=11), **ROLLOUT, **options)


def an_estimate(**fields) -> Estimate:
    given = {"method": "ancova", "estimand": "itt", "outcome": "deals", "level": 0.9, "n_units": 1}
    return Estimate(**{**given, "registration": "exploratory", **fields})


def test_an_answer_is_an_estimate_with_the_same_fields():
    answer = an_answer()
    assert isinstance(answer, up.Estimate)
    assert answer.to_dict()["schema"] == "upshot-estimate/1"
    assert not hasattr(answer, "__dict__")


def test_tidy_has_one_row_a_number_and_null_for_what_was_not_computed():
    answer = an_answer(aggregation="event")
    rows = answer.tidy().to_pylist()
    headline = rows[0]
    assert (headline["part"], headline["estimate"], headline["p_value"]) == (
        "headline",
        answer.estimate,
        answer.p_value,
    )
    terms = [row for row in rows if row["part"] == "term"]
    assert [row["event_time"] for row in terms] == [term.event_time for term in answer.terms]
    assert terms[0]["band_low"] == answer.terms[0].band_low
    assert terms[0]["p_value"] is None
    assert [row["term"] for row in rows if row["part"] == "naive"] == ["before_after", "treated_vs_rest"]


def test_tidy_keeps_whole_number_labels_as_numbers_and_writes_the_rest():
    whole = up.tidy(an_estimate(terms=(Term(term="a", group=2004), Term(term="b"))))
    mixed = up.tidy(an_estimate(terms=(Term(term="a", group=2004), Term(term="b", group="2004-Q1"))))
    assert whole["group"].to_pylist() == [None, 2004, None]
    assert mixed["group"].to_pylist() == [None, "2004", "2004-Q1"]


def test_the_summary_starts_with_the_sentence_and_holds_the_dashboards_figures():
    answer = an_answer()
    text = answer.summary()
    assert text.startswith(answer.claim[:60])
    assert "Grade B" in text
    assert "dashboard: after against before" in text
    assert str(answer) == text
    assert max(map(len, text.splitlines())) <= 96


def test_the_summary_of_a_refusal_names_the_reason_and_no_effect():
    everyone = up.estimate(up.simulate_rollout(n=60, waves=("2025-07",), never_share=0), **ROLLOUT)
    text = up.summary(everyone)
    assert text.startswith("We cannot tell")
    assert "estimate " not in text
    assert repr(everyone) == "<Answer: att on sales, no estimate, grade D; print() it to read it>"


def test_the_summary_counts_one_thing_as_one():
    assert "1 unit, 1 treated; exploratory" in up.summary(an_estimate(n_treated=1))


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: an_answer(aggregation="event"), "by time since the start"),
        (lambda: an_answer(aggregation="group"), "3 rows with intervals"),
        (lambda: an_answer(), "beside what a dashboard would say"),
        (lambda: an_estimate(naive=Naive(before_after=1.0)), "beside what a dashboard would say"),
        (lambda: an_estimate(), "could be computed"),
        (
            lambda: an_estimate(
                estimate=1.0, other_estimates=(OtherEstimate(method="did", estimand="att", estimate=1.1),)
            ),
            "beside what a dashboard would say",
        ),
        (
            lambda: an_estimate(
                terms=tuple(
                    Term(term=line, period=p, estimate=float(p))
                    for line in ("observed", "counterfactual")
                    for p in (1, 2)
                )
            ),
            "as the line carried on",
        ),
        (
            lambda: an_estimate(
                terms=tuple(
                    Term(term="survival", group=arm, period=p, estimate=1 / (p + 1))
                    for arm in ("treated", "comparison")
                    for p in (0, 1)
                )
            ),
            "in both arms",
        ),
    ],
)
def test_every_kind_of_answer_is_drawn_in_the_pages_colours(made, says):
    chart = up.plot(made())
    assert says in chart.description
    spec = json.dumps(chart.spec)
    assert "#010a0" not in spec
    assert LIGHT["page"] in spec
    assert chart.svg().startswith("<svg")


def test_a_chart_shows_itself_without_the_network_and_can_be_changed():
    chart = an_answer(aggregation="event").plot()
    bundle = chart._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.vegalite.v6+json", "image/svg+xml", "text/plain"}
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", bundle["image/svg+xml"])
    assert isinstance(chart.altair, alt.LayerChart)


@pytest.mark.parametrize("suffix", ["svg", "png", "json"])
def test_a_chart_is_saved_as_its_name_ends(suffix, tmp_path):
    chart = up.plot(an_estimate(naive=Naive(before_after=1.0)))
    chart.save(tmp_path / f"chart.{suffix}")
    start = {"svg": b"<svg", "png": b"\x89PNG", "json": b"{"}[suffix]
    assert (tmp_path / f"chart.{suffix}").read_bytes().startswith(start)


def test_a_chart_is_not_saved_under_a_name_that_says_nothing(tmp_path):
    with pytest.raises(up.DesignError, match=r"saved as \.svg, \.png or \.json"):
        up.plot(an_estimate(naive=Naive(before_after=1.0))).save(tmp_path / "chart.bmp")


def test_an_effect_that_may_not_be_claimed_is_not_put_into_the_title():
    weak = an_estimate(estimate=4.2, conf_low=4.0, conf_high=4.4, claimable=False)
    assert up.plot(weak).spec["title"]["text"] == "No effect on deals can be claimed"


def test_the_light_colours_are_those_of_the_report_page():
    style = (files("upshot.report") / "templates" / "report.css").read_text(encoding="utf-8")
    page = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", style[: style.index("@media")]))
    assert {name: page[name] for name in LIGHT} == LIGHT


def test_a_notebook_shows_the_summary_of_a_bare_answer():
    bundle = an_answer()._repr_mimebundle_()
    assert bundle["text/html"].startswith("<pre>It raised sales") or "<pre>No effect" in bundle["text/html"]
    assert "&lt;" not in bundle["text/plain"]
