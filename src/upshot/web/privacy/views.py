"""A person's data: export it, or erase it from every store."""

import json

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record, saw
from upshot.web.privacy import services
from upshot.web.privacy.models import Erasure

__all__ = ["erasures", "person_data", "person_export"]


class EraseForm(forms.Form):
    """The identifier typed once more: erasing cannot be taken back."""

    confirm = forms.CharField(label=gettext_lazy("Type the identifier to confirm"), max_length=200)

    person = forms.CharField(widget=forms.HiddenInput, disabled=True)

    def clean_confirm(self) -> str:
        """It must be the same identifier."""
        typed = str(self.cleaned_data["confirm"]).strip()
        if typed != self.initial["person"]:
            raise forms.ValidationError(_("This is not the identifier above. Nothing was erased."))
        return typed


@require_http_methods(["GET", "POST"])
@page(Permission.PRIVACY)
def person_data(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Say how much every store holds of a person, and erase it all when confirmed."""
    form = EraseForm(request.POST or None, initial={"person": key})
    if request.method == "POST" and form.is_valid():
        done = services.erase(viewer=viewer, person=key)
        record(viewer, "person-erased", f"erasure {done.pk}", rows=sum(done.rows.values()))
        messages.success(request, _("Erased from every store. The proof is below; it does not say who it was."))
        return redirect("erasures", org=viewer.organisation.slug)
    held = services.export(viewer=viewer, person=key)
    saw(viewer, "stores", purpose="export or erasure of one person", person=key)
    return render(request, "privacy/person.html", {"key": key, "held": held, "form": form})


@require_GET
@page(Permission.PRIVACY)
def person_export(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Hand out everything held of a person as one JSON file."""
    held = services.export(viewer=viewer, person=key)
    saw(viewer, "everything", purpose="export of one person", person=key)
    record(viewer, "person-exported", "", stores=len(held))
    body = {"schema": "upshot-person/1", "stores": {part.store: list(part.rows) for part in held}}
    text = json.dumps(body, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return response


@require_GET
@page(Permission.PRIVACY)
def erasures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List erasures, and say whether an identifier is among them."""
    asked = request.GET.get("identifier", "").strip()
    found = Erasure.objects.filter(organisation=viewer.organisation)
    proof = found.filter(digest=services.digest_of(viewer.organisation, asked)).first() if asked else None
    return render(request, "privacy/erasures.html", {"erasures": found, "asked": asked, "proof": proof})
