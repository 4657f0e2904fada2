"""Members of an organisation: who they are, what they may do, inviting and removing them."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts import services
from upshot.web.accounts.access import page
from upshot.web.accounts.forms import GrantForm, InvitationForm
from upshot.web.accounts.models import Invitation, Membership, RoleGrant
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.selectors import members_of, open_invitations
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record

__all__ = [
    "grant_revoke",
    "invitation_new",
    "invitation_withdraw",
    "member",
    "member_remove",
    "members",
]


@require_GET
@page(Permission.ACCESS)
def members(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List members and open invitations."""
    found = {"members": members_of(viewer), "invitations": open_invitations(viewer)}
    return render(request, "members/members.html", found)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def invitation_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Invite somebody."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation, link = services.invite(
                viewer=viewer, email=data["email"], name=data["name"], person=data["person"], grants=[form.grant]
            )
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column if problem.column in form.fields else None, problem.text)
        else:
            record(viewer, "member-invited", f"invitation {invitation.pk}", role=data["role"])
            messages.success(request, _sent(link))
            return redirect("members", org=viewer.organisation.slug)
    return render(request, "members/invite.html", {"form": form})


def _sent(link: str) -> str:
    if settings.ENVIRONMENT.email_url:
        return _("The invitation is on its way. It works for seven days.")
    text = _("No mail server is set up, so nothing was sent. Hand over this link yourself; it works for seven days: %s")
    return text % link


@require_POST
@page(Permission.ACCESS)
def invitation_withdraw(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation, pk=number, organisation=viewer.organisation)
    services.withdraw(viewer=viewer, invitation=invitation)
    record(viewer, "invitation-withdrawn", f"invitation {invitation.pk}")
    messages.success(request, _("The invitation's link no longer works."))
    return redirect("members", org=viewer.organisation.slug)


def _member(viewer: Viewer, number: int) -> Membership:
    found = Membership.objects.select_related("user").prefetch_related("grants")
    return get_object_or_404(found, pk=number, organisation=viewer.organisation)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def member(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Show a member with their roles, and give one more."""
    membership = _member(viewer, number)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        role, scope = form.grant
        services.grant(viewer=viewer, membership=membership, role=role, scope=scope)
        record(viewer, "role-granted", f"membership {membership.pk}", role=role.value, scope=scope.kind.value)
        messages.success(request, _("The role is given."))
        return redirect("member", org=viewer.organisation.slug, number=membership.pk)
    return render(request, "members/member.html", {"membership": membership, "form": form})


@require_POST
@page(Permission.ACCESS)
def grant_revoke(request: HttpRequest, viewer: Viewer, number: int, grant: int) -> HttpResponseRedirect:
    """Take a role away."""
    membership = _member(viewer, number)
    given = get_object_or_404(RoleGrant, pk=grant, membership=membership)
    try:
        services.revoke(viewer=viewer, given=given)
    except InputError as error:
        messages.error(request, str(error))
    else:
        record(viewer, "role-revoked", f"membership {membership.pk}", role=given.role)
        messages.success(request, _("The role is taken away. You can give it again below."))
    return redirect("member", org=viewer.organisation.slug, number=membership.pk)


@require_POST
@page(Permission.ACCESS)
def member_remove(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """End a member's access."""
    membership = _member(viewer, number)
    try:
        services.remove(viewer=viewer, membership=membership)
    except InputError as error:
        messages.error(request, str(error))
        return redirect("member", org=viewer.organisation.slug, number=number)
    record(viewer, "member-removed", f"membership {number}")
    messages.success(request, _("Their access has ended. An invitation lets them in again."))
    return redirect("members", org=viewer.organisation.slug)
