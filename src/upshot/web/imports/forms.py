"""Forms of imports: the file, and its mapping column by column."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.periods import GRAINS
from upshot.sources.dates import CANDIDATES
from upshot.sources.profile import FIELDS, VERBS, Feed
from upshot.web.imports.guessing import Sample, guess_columns, guess_verbs
from upshot.web.imports.models import Upload

__all__ = ["FIELD_LABELS", "MappingForm", "UploadForm"]

FIELD_LABELS = {
    "person": _("Person"),
    "team": _("Team"),
    "manager": _("Manager"),
    "role": _("Role"),
    "site": _("Site"),
    "region": _("Region"),
    "hired": _("Hired on"),
    "left": _("Left on"),
    "valid_from": _("Row holds from"),
    "activity": _("Course or activity"),
    "title": _("Title of the activity"),
    "verb": _("Status"),
    "at": _("When"),
    "success": _("Passed"),
    "score": _("Score"),
    "duration": _("Time spent"),
    "entity": _("Person, team or site"),
    "period": _("Period"),
    "kpi": _("KPI"),
    "value": _("Reading"),
    "numerator": _("Numerator"),
    "denominator": _("Denominator"),
    "as_of": _("Stated on"),
}
LEAVE_OUT = "leave-out"


class UploadForm(forms.Form):
    """Which file, and what it tells about."""

    feed = forms.ChoiceField(
        label=_("What does the file tell about?"), choices=Upload.FeedChoice.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (also .gz), Parquet or Excel, with a header line. Nothing is stored until you say so."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.gz,.parquet,.xlsx,.xls"}),
    )


class MappingForm(forms.Form):
    """Which column is which field, how dates and numbers are written, and what each status word means."""

    name = forms.SlugField(
        label=_("Name of this mapping"),
        max_length=60,
        help_text=_("Letters, digits and hyphens. Use it again next month."),
    )

    def __init__(self, data: Any = None, *, feed: Feed, sample: Sample, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.feed, self.sample = feed, sample
        guessed = guess_columns(feed, sample.headers)
        headers = [("", _("not in the file")), *((header, header) for header in sample.headers)]
        for field, (_kind, required) in FIELDS[feed].items():
            needed = required and field not in ("activity", "verb")
            self.fields[f"column-{field}"] = forms.ChoiceField(
                label=FIELD_LABELS[field], choices=headers, required=needed, initial=guessed.get(field, "")
            )
        formats = [("auto", _("find out from the whole column")), *((text, text) for text in CANDIDATES)]
        self.fields["dates"] = forms.ChoiceField(label=_("Dates are written"), choices=formats, initial="auto")
        self.fields["decimal"] = forms.ChoiceField(
            label=_("Numbers are written"), choices=[(".", "1234.5"), (",", "1.234,5")], initial="."
        )
        self._for_feed(feed)
        self._words(data, guessed.get("verb", ""))

    def _for_feed(self, feed: Feed) -> None:
        if feed == "kpis":
            self.fields["kpi"] = forms.CharField(
                label=_("KPI of every row"),
                required=False,
                help_text=_("Where no column names it: its identifier in the plan."),
            )
            self.fields["grain"] = forms.ChoiceField(
                label=_("Length of a period"), choices=[(grain, _(grain)) for grain in GRAINS], initial="month"
            )
        if feed == "learning":
            self.fields["activity"] = forms.CharField(
                label=_("Activity of every row"), required=False, help_text=_("Where no column names it.")
            )
            self.fields["time_zone"] = forms.CharField(
                label=_("Time zone of times without one"), initial="UTC", help_text=_("For example Europe/Oslo.")
            )
            units = [("seconds", _("seconds")), ("minutes", _("minutes")), ("hours", _("hours")), ("h:m:s", "h:m:s")]
            self.fields["unit"] = forms.ChoiceField(label=_("Time spent is in"), choices=units, initial="minutes")
            self.fields["percent"] = forms.BooleanField(label=_("Scores run from 0 to 100"), required=False)

    def _words(self, data: Any, guessed_header: str) -> None:
        """One choice for every word of the status column."""
        self.word_fields: list[tuple[str, str]] = []
        header = (data.get("column-verb") if data else guessed_header) or ""
        if self.feed != "learning" or header not in self.sample.headers:
            return
        words = self.sample.words[self.sample.headers.index(header)]
        guessed = guess_verbs(words)
        choices = [("", _("choose")), *((verb, verb) for verb in VERBS), (LEAVE_OUT, _("leave these rows out"))]
        for number, word in enumerate(words):
            name = f"word-{number}"
            self.fields[name] = forms.ChoiceField(
                label=word, choices=choices, required=False, initial=guessed.get(word, "")
            )
            self.word_fields.append((name, word))

    def clean(self) -> dict[str, Any]:
        """No header serves two fields; what only some feeds need is there."""
        data = super().clean() or {}
        self._unique(data)
        if self.feed == "kpis":
            self._kpis(data)
        if self.feed == "learning" and not data.get("column-activity") and not data.get("activity"):
            self.add_error("activity", _("Choose the column with the activity, or name one for every row."))
        return data

    def _unique(self, data: dict[str, Any]) -> None:
        seen: dict[str, str] = {}
        for field in FIELDS[self.feed]:
            header = data.get(f"column-{field}")
            if header and header in seen:
                self.add_error(f"column-{field}", _("This column is used above already."))
            if header:
                seen[header] = field

    def _kpis(self, data: dict[str, Any]) -> None:
        parts = [bool(data.get(f"column-{part}")) for part in ("value", "numerator", "denominator")]
        if parts not in ([True, False, False], [False, True, True]):
            self.add_error("column-value", _("Choose a reading, or a numerator and a denominator."))
        if not data.get("column-kpi") and not data.get("kpi"):
            self.add_error("kpi", _("Choose the column with the KPI, or name one for every row."))

    @property
    def column_fields(self) -> Sequence[forms.BoundField]:
        """The choices of columns, in order."""
        return [self[f"column-{field}"] for field in FIELDS[self.feed]]

    @property
    def other_fields(self) -> Sequence[forms.BoundField]:
        """Everything that is neither a column nor a word."""
        words = {name for name, _word in self.word_fields}
        return [self[name] for name in self.fields if not name.startswith("column-") and name not in words]

    @property
    def words(self) -> Sequence[forms.BoundField]:
        """The choices for status words."""
        return [self[name] for name, _word in self.word_fields]

    def chosen(self) -> dict[str, Any]:
        """What ``profiles.written`` takes; only of a valid form."""
        data = self.cleaned_data
        said = {word: data[name] for name, word in self.word_fields if data.get(name)}
        return {
            "name": data["name"],
            "feed": self.feed,
            "columns": {field: data[f"column-{field}"] for field in FIELDS[self.feed] if data.get(f"column-{field}")},
            "words": {word: verb for word, verb in said.items() if verb != LEAVE_OUT},
            "skipped": [word for word, verb in said.items() if verb == LEAVE_OUT],
            "day_format": data["dates"],
            "decimal": data["decimal"],
            "grain": data.get("grain", "month"),
            "kpi": data.get("kpi", ""),
            "activity": data.get("activity", ""),
            "score_percent": data.get("percent", False),
            "duration_unit": data.get("unit", "minutes"),
            "time_zone": data.get("time_zone", "UTC"),
        }
