"""One thing that happened: the key under which a rule acts on it once, its day, and the words that fill a message."""

import datetime as dt
from dataclasses import dataclass

__all__ = ["Happening"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened.

    Parameters
    ----------
    key
        What makes it the same thing, whenever it is looked for.
    day
        The day on which it happened, or on which a rule acts on it.
    about
        The day it is about, as a message names it.
    person
        Whom it happened to; empty for what happens to the firm.
    initiative, step, kpi, wave
        Identifiers, where it concerns one.
    what
        What is so, in a sentence.
    """

    key: str
    day: dt.date
    about: dt.date
    person: str = ""
    initiative: str = ""
    step: str = ""
    kpi: str = ""
    what: str = ""
    wave: str = ""
