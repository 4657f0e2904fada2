"""An answer that can lay itself out: as a table, as text, as a chart, and in a notebook."""

from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, Any, Self

from upshot.frames.words import translated
from upshot.impact.estimate import Estimate
from upshot.impact.evidence.claim import number

if TYPE_CHECKING:
    import pyarrow as pa

    from upshot.report.estimate_chart import Chart

__all__ = ["Answer", "plot", "summary", "tidy"]


class Answer(Estimate):
    """An `Estimate` with the three ways to look at it; its fields and its JSON are the same.

    Examples
    --------
    >>> import upshot as up
    >>> answer = up.estimate(
    ...     up.simulate_rollout(effect=1.0), unit="person", time="month", outcome="sales", first_treated="started"
    ... )
    >>> isinstance(answer, up.Estimate), answer.grade.letter, answer.conf_low < 1.0 < answer.conf_high
    (True, 'B', True)
    >>> answer
    <Answer: att on sales, 0.965 (0.82 to 1.11), grade B; print() it to read it>
    """

    __slots__ = ()

    @classmethod
    def of(cls, estimate: Estimate) -> Self:
        """The same record, able to show itself."""
        told = translated(estimate)
        return cls(**{field.name: getattr(told, field.name) for field in fields(told)})

    def tidy(self) -> "pa.Table":
        """As a tidy Arrow table; see `upshot.tidy`."""
        return tidy(self)

    def summary(self) -> str:
        """As text about 100 columns wide; see `upshot.summary`."""
        return summary(self)

    def plot(self) -> "Chart":
        """As a Vega-Lite chart; see `upshot.plot`."""
        return plot(self)

    def __str__(self) -> str:
        return summary(self)

    def __repr__(self) -> str:
        graded = "" if self.grade is None else f", grade {self.grade.letter}"
        return f"<Answer: {self.estimand} on {self.outcome}, {_figure(self)}{graded}; print() it to read it>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        text = summary(self)
        return {"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>"}


def _figure(estimate: Estimate) -> str:
    if estimate.estimate is None:
        return "no estimate"
    if estimate.conf_low is None or estimate.conf_high is None:
        return number(estimate.estimate)
    return f"{number(estimate.estimate)} ({number(estimate.conf_low)} to {number(estimate.conf_high)})"


def tidy(estimate: Estimate) -> "pa.Table":
    """Lay an answer out as one tidy table: a row for the headline and one for every other number.

    Parameters
    ----------
    estimate
        Any answer of Upshot's.

    Returns
    -------
    pyarrow.Table
        Columns ``part, term, event_time, group, period, estimate, std_error, statistic, p_value,
        conf_low, conf_high, band_low, band_high, n_units``. ``part`` is ``headline``, ``term``,
        ``other`` (a second opinion) or ``naive`` (what a dashboard would say). What was not
        computed is null. ``group`` and ``period`` are text unless all of a column's labels are
        whole numbers. For pandas call ``.to_pandas()``, for polars ``polars.from_arrow(…)``.

    Notes
    -----
    Column names follow Robinson (2014), "broom": one row a term, the same names for every method.

    Examples
    --------
    >>> import upshot as up
    >>> rows = up.simulate_rollout(n=200, seed=3)
    >>> answer = up.estimate(rows, unit="person", time="month", outcome="sales", first_treated="started")
    >>> up.tidy(answer).column("part").unique().to_pylist()
    ['headline', 'term', 'other', 'naive']
    """
    from upshot.report.estimate_table import table_of

    return table_of(estimate)


def summary(estimate: Estimate) -> str:
    """Say an answer in text: the sentence first, then the number, dashboards' figures, checks, cautions.

    Parameters
    ----------
    estimate
        Any answer of Upshot's.

    Returns
    -------
    str
        Lines about 100 columns wide.

    Examples
    --------
    >>> import upshot as up
    >>> everyone = up.simulate_rollout(n=200, waves=("2025-07",), never_share=0)
    >>> answer = up.estimate(everyone, unit="person", time="month", outcome="sales", first_treated="started")
    >>> print(up.summary(answer)[:37])
    We cannot tell what this did to sales
    """
    from upshot.report.estimate_summary import summary_of

    return summary_of(estimate)


def plot(estimate: Estimate) -> "Chart":
    """Draw an answer as Vega-Lite: effects by time since the start where there are any, else intervals.

    Parameters
    ----------
    estimate
        Any answer of Upshot's. Event times become an event study with pointwise intervals and a
        band for all at once (sup-t; Callaway & Sant'Anna 2021, §4.1); groups, periods and arms
        become rows; a series becomes two lines, spells become survival curves; an answer without
        terms becomes its headline beside what a dashboard would say.

    Returns
    -------
    Chart
        Displays itself in notebooks without the network; ``.altair`` is the chart to change,
        ``.save(path)`` writes .svg, .png or .json.

    Examples
    --------
    >>> import upshot as up
    >>> answer = up.estimate(
    ...     up.simulate_rollout(n=200), unit="person", time="month", outcome="sales", first_treated="started",
    ...     aggregation="event",
    ... )
    >>> chart = up.plot(answer)
    >>> chart.description
    'Effect on sales by time since the start, -9 to 5, with intervals.'
    """
    from upshot.report.estimate_chart import chart_of

    return chart_of(estimate)
