"""Forms of accounts: the first account, invitations, memberships."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import User

__all__ = ["FirstAccountForm"]


class FirstAccountForm(forms.Form):
    """Name, address and password of the first account."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
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
