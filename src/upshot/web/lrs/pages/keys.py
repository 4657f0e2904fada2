"""Pages about keys: who may send and read, a new key, one key, its new secret, its end."""

import datetime as dt
import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.lrs.forms import KeyForm, NewKeyForm, RotateForm
from upshot.web.lrs.models import Credential
from upshot.web.lrs.selectors.keys import key_of, keys_of
from upshot.web.lrs.services.keys import NewKey, change_key, make_key, revoke_key, rotate_key

__all__ = ["key", "key_new", "key_rotate", "key_withdraw", "keys"]


@require_GET
@page(Permission.ACCESS)
def keys(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List every key: what it may do, when it was last used, and whether it works."""
    return render(request, "lrs/keys.html", {"keys": keys_of(viewer), "may_administer": True})


@never_cache
@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def key_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a key; its secret is shown in the answer, once."""
    form = NewKeyForm(request.POST or None, initial={"key": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid():
        if key_of(viewer, key=form.cleaned_data["key"]) is not None:
            messages.info(request, _("This key was made already. Its secret was shown once."))
            return redirect("keys", org=viewer.organisation.slug)
        try:
            made = make_key(viewer.organisation, **form.cleaned_data)
        except InputError as error:
            _add(form, error)
        else:
            record(viewer, "key-made", f"key {made.credential.pk}", scopes=made.credential.scopes)
            return _shown_once(request, made, until=None)
    return render(request, "lrs/key_new.html", {"form": form})


def _shown_once(request: HttpRequest, made: NewKey, *, until: dt.datetime | None) -> HttpResponse:
    endpoint = request.build_absolute_uri("/xapi/")
    return render(request, "lrs/key_made.html", {"made": made, "until": until, "endpoint": endpoint})


def _add(form: KeyForm, error: InputError) -> None:
    for problem in error.problems:
        said = f"{problem.text} {problem.fix}".strip()
        form.add_error(problem.column if problem.column in form.fields else None, said)


def _key(viewer: Viewer, number: int) -> Credential:
    found = key_of(viewer, number=number)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def key(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Show a key, and change what it may do."""
    found = _key(viewer, number)
    form = KeyForm(request.POST or None, initial=_as_form(found))
    if request.method == "POST" and found.revoked is None and form.is_valid():
        try:
            change_key(found, **form.cleaned_data)
        except InputError as error:
            _add(form, error)
        else:
            record(viewer, "key-changed", f"key {found.pk}", scopes=found.scopes)
            messages.success(request, _("The key is changed. Every server follows within half a minute."))
            return redirect("key", org=viewer.organisation.slug, number=found.pk)
    rotate = RotateForm(initial={"seen": _which(found)})
    return render(request, "lrs/key.html", {"key": found, "form": form, "rotate": rotate})


def _which(found: Credential) -> str:
    """Tells one secret of a key from the next; by it nobody checks a guess."""
    return found.secret_hash[:8]


def _as_form(found: Credential) -> dict[str, Any]:
    return {
        "name": found.name,
        "scopes": found.scopes,
        "per_minute": found.per_minute,
        "origins": "\n".join(found.origins),
    }


@never_cache
@require_POST
@page(Permission.ACCESS)
def key_rotate(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Give a key a new secret, shown once; the one before works on for a while."""
    found = _key(viewer, number)
    form = RotateForm(request.POST)
    if not form.is_valid() or form.cleaned_data["seen"] != _which(found):
        messages.info(request, _("The key has a new secret already. Nothing was changed now."))
        return redirect("key", org=viewer.organisation.slug, number=found.pk)
    try:
        made = rotate_key(found, overlap=dt.timedelta(hours=form.cleaned_data["overlap"]))
    except InputError as error:
        messages.error(request, str(error))
        return redirect("key", org=viewer.organisation.slug, number=found.pk)
    record(viewer, "key-rotated", f"key {found.pk}", hours=form.cleaned_data["overlap"])
    return _shown_once(request, made, until=made.credential.previous_until if form.cleaned_data["overlap"] else None)


@require_POST
@page(Permission.ACCESS)
def key_withdraw(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """End a key."""
    found = _key(viewer, number)
    if found.revoked is None:
        revoke_key(found)
        record(viewer, "key-withdrawn", f"key {found.pk}")
    messages.success(request, _("The key works no longer. What it sent stays."))
    return redirect("keys", org=viewer.organisation.slug)
