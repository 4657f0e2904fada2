"""Forms of accounts: the first account, invitations, memberships."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import User
from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.accounts.viewer import Scope

__all__ = ["FirstAccountForm", "GrantForm", "InvitationForm", "JoinForm"]


class JoinForm(forms.Form):
    """Name and password of somebody who was invited; the address is the invited one."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """Check the password against name and address."""
        data = super().clean() or {}
        if "password" in data:
            user = User(email=data.get("email", ""), name=data.get("name", ""))
            try:
                validate_password(str(data["password"]), user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class FirstAccountForm(JoinForm):
    """Name, address and password of the first account."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    field_order = ("name", "email", "password")


class GrantForm(forms.Form):
    """One role with its scope."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    scope_kind = forms.ChoiceField(label=_("Reaches"), choices=ScopeKind.choices, initial=ScopeKind.EVERYTHING)
    scope_value = forms.CharField(
        label=_("Which region, site or team"),
        help_text=_("As it is written on the roster. Leave empty for the whole organisation."),
        required=False,
        max_length=200,
    )

    def clean(self) -> dict[str, object]:
        """A part of the roster needs a name; the whole has none."""
        data = super().clean() or {}
        kind, value = data.get("scope_kind"), str(data.get("scope_value") or "").strip()
        if kind == ScopeKind.EVERYTHING and value:
            self.add_error("scope_value", _("Leave this empty, or choose a region, a site or a team above."))
        if kind and kind != ScopeKind.EVERYTHING and not value:
            self.add_error("scope_value", _("Name the region, site or team."))
        data["scope_value"] = value
        return data

    @property
    def grant(self) -> tuple[Role, Scope]:
        """What was chosen; only of a valid form."""
        data = self.cleaned_data
        return Role(data["role"]), Scope(ScopeKind(data["scope_kind"]), data["scope_value"])


class InvitationForm(GrantForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    person = forms.CharField(
        label=_("Identifier on the roster"),
        help_text=_("Needed for managers and learners, whose pages are about their own team and learning."),
        max_length=200,
        required=False,
    )
    field_order = ("email", "name", "role", "scope_kind", "scope_value", "person")

    def clean(self) -> dict[str, object]:
        """Managers and learners are somebody on the roster."""
        data = super().clean()
        if data.get("role") in (Role.MANAGER, Role.LEARNER) and not str(data.get("person") or "").strip():
            self.add_error("person", _("A manager or learner needs their identifier on the roster."))
        return data
