"""Why a row is not taken, and what to do about it: every reason, in words."""

from typing import NamedTuple

__all__ = ["LEFT_OUT", "REASONS", "Reason"]


class Reason(NamedTuple):
    """A reason as people read it, and the way out."""

    text: str
    fix: str


REASONS: dict[str, Reason] = {
    "missing": Reason("A required value is empty.", "Fill it in at the source, or map another column."),
    "not-a-date": Reason("Not a date in the profile's formats.", "Correct the value, or the formats in the profile."),
    "not-a-number": Reason("Not a number.", "Correct the value; check decimal and thousands in the profile."),
    "not-finite": Reason("Not a finite number.", "Correct the value; leave it empty when there is no reading."),
    "too-small": Reason("Below the smallest value the profile accepts.", "Correct the value, or min in the profile."),
    "too-large": Reason("Above the largest value the profile accepts.", "Correct the value, or max in the profile."),
    "not-a-word": Reason("The profile does not say what this word means.", "Add the word to words, or to skip."),
    "not-a-boolean": Reason("Neither yes nor no.", "Add the word to words in the profile."),
    "not-a-duration": Reason("Not a duration.", "Correct the value, or unit in the profile."),
    "no-match": Reason("The text does not match extract.", "Correct the pattern in the profile."),
    "columns": Reason(
        "The line has another number of values than the header.", "Check delimiters and quotation marks."
    ),
    "left-before-hired": Reason("The last day is before the first.", "Correct the dates at the source."),
    "not-a-kpi-name": Reason("Not a name a KPI can have.", "Use letters, digits, dots, dashes and underscores."),
    "zero-denominator": Reason("The denominator is 0 but the numerator is not.", "Correct one of the two."),
    "conflict": Reason("The file says two different things for the same key.", "Keep the row that is right."),
    "as-of-clash": Reason(
        "The lake holds another value stated at the same time.", "Give the restated file a later --as-of."
    ),
    "unknown-person": Reason(
        "This person or account is not known.", "Import the people feed first, then this file again."
    ),
    "account-of-another": Reason(
        "The account belongs to another person.", "Correct the file, or undo the merge of the account."
    ),
    "blank": Reason("The value is empty; the profile leaves such rows out.", ""),
    "skipped": Reason("The profile leaves rows with this word out.", ""),
}

LEFT_OUT = frozenset({"blank", "skipped"})
