"""Forms of courses: the package, and waiving a unit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.shell.choices import offer
from upshot.xapi.cmi5 import ALLOWED_REASONS

__all__ = ["PackageForm", "WaiveForm"]

_REASONS = {
    "Tested Out": _("passed a test instead"),
    "Equivalent AU": _("took an equivalent unit here"),
    "Equivalent Outside Activity": _("did the equivalent elsewhere"),
    "Administrative": _("another reason of the organisation"),
}


class PackageForm(forms.Form):
    """A package to import."""

    package = forms.FileField(
        label=_("Package"),
        help_text=_("cmi5 or SCORM (1.2, 2004) as .zip, or a cmi5.xml whose units lie elsewhere."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.xml"}),
    )


class WaiveForm(forms.Form):
    """Who need not take which unit, and why."""

    person = forms.CharField(label=_("Identifier on the roster"), max_length=200)
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    reason = forms.ChoiceField(
        label=_("Why it counts as done"), choices=[(reason, _REASONS[reason]) for reason in ALLOWED_REASONS]
    )

    def set_units(self, titles: list[str]) -> None:
        """Offer these units, by their place."""
        offer(self, "unit", enumerate(titles))
