"""What the firm got for its money: one line an objective, before it is written as slides or PDF."""

import datetime as dt
from dataclasses import dataclass

from upshot.report.figures import Figure

__all__ = ["MEANINGS", "Overview", "OverviewLine", "Told"]

MEANINGS = (
    ("A", "Who started when was drawn by lot."),
    ("B", "There is a fair comparison, without a lot."),
    ("C", "A pattern; it may have another cause."),
    ("D", "The data cannot tell the effect from everything else."),
    (
        "Money",
        "What the effect is worth in its first year less what it cost, with the range it may lie in; "
        "shown at A and B only.",
    ),
)
"""The letters and the money, each in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One initiative: its sentence, its grade, its money or why there is none, what is asked or was decided."""

    title: str
    sentence: str
    grade: str = ""
    money: str = ""
    money_reason: str = ""
    asked: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewLine:
    """One objective.

    Parameters
    ----------
    readings
        A line for each of its KPIs: where it stands and what the goal is.
    figures
        Its KPIs against their goals.
    told
        Its initiatives, the best-known answer first.
    """

    objective: str
    readings: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything the slides and the PDF say.

    Parameters
    ----------
    question, lead
        The title, and what stands below it in a sentence or two.
    as_of
        The day it is of.
    notice
        What kind of data this is: simulated, real; empty where nothing need be said.
    orphans
        A sentence on initiatives that serve no objective; empty where there are none.
    """

    organisation: str
    question: str
    lead: str
    as_of: dt.date
    lines: tuple[OverviewLine, ...]
    notice: str = ""
    orphans: str = ""
    lang: str = "en"
