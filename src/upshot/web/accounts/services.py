"""Invite people, let them in, and change what they may do."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Invitation, Membership, Organisation, RoleGrant, User
from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.accounts.viewer import Scope, Viewer

__all__ = ["LASTS", "accept", "grant", "invite", "join", "open_invitation", "remove", "revoke", "withdraw"]

LASTS = dt.timedelta(days=7)
"""How long an invitation works."""

Grants = Sequence[tuple[Role, Scope]]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, viewer: Viewer, email: str, grants: Grants, name: str = "", person: str = "") -> tuple[Invitation, str]:
    """Invite somebody by e-mail; an open invitation of the same address is replaced.

    Returns
    -------
    tuple
        The invitation, and the link that was sent: it is kept nowhere else.

    Raises
    ------
    InputError
        If no role is given, or the address is a member already.
    """
    address = email.strip().lower()
    organisation = viewer.organisation
    problems = []
    if not grants:
        text = _("An invitation needs a role.")
        problems.append(Problem(code="no-role", text=text, fix=_("Choose at least one."), column="roles"))
    if Membership.objects.filter(organisation=organisation, user__email=address).exists():
        text = _("This address belongs to a member already.")
        problems.append(Problem(code="member-already", text=text, fix=_("Change their roles instead."), column="email"))
    if problems:
        raise InputError(problems)
    now = timezone.now()
    Invitation.objects.filter(organisation=organisation, email=address, accepted=None).update(withdrawn=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=address,
        name=name.strip(),
        person=person.strip(),
        grants=[[role.value, scope.kind.value, scope.value] for role, scope in grants],
        token_hash=_hash(token),
        invited_by=viewer.user,
        expires=now + LASTS,
    )
    link = settings.ENVIRONMENT.url + reverse("invitation", kwargs={"token": token})
    transaction.on_commit(lambda: _send(invitation, link))
    return invitation, link


def _send(invitation: Invitation, link: str) -> None:
    body = render_to_string("accounts/invitation_mail.txt", {"invitation": invitation, "link": link})
    subject = _("%(firm)s invites you to Upshot") % {"firm": invitation.organisation.name}
    send_mail(subject, body, None, [invitation.email])


def withdraw(*, viewer: Viewer, invitation: Invitation) -> None:
    """Make an invitation's link stop working."""
    Invitation.objects.filter(pk=invitation.pk, organisation=viewer.organisation, accepted=None).update(
        withdrawn=timezone.now()
    )


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link, while it works."""
    found = Invitation.objects.select_related("organisation").filter(token_hash=_hash(token)).first()
    return found if found is not None and found.open else None


@transaction.atomic
def accept(*, invitation: Invitation, user: User | None = None, name: str = "", password: str = "") -> User:
    """Join as an existing user (who is signed in), or as a new one with a name and a password.

    Raises
    ------
    InputError
        If the invitation no longer works (two tabs, a second click).
    """
    kept = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not kept.open:
        raise InputError(Problem(code="invitation-over", text=_("This invitation was used or withdrawn.")))
    member = user or User.objects.create_user(kept.email, password, name=name or kept.name)
    grants = [(Role(role), Scope(ScopeKind(kind), value)) for role, kind, value in kept.grants]
    join(organisation=kept.organisation, user=member, grants=grants, person=kept.person)
    kept.accepted = timezone.now()
    kept.save(update_fields=["accepted"])
    return member


@transaction.atomic
def join(*, organisation: Organisation, user: User, grants: Grants, person: str = "") -> Membership:
    """Make a user a member with roles; roles held already are kept."""
    membership, _made = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"person": person}
    )
    for role, scope in grants:
        RoleGrant.objects.get_or_create(
            membership=membership, role=role, scope_kind=scope.kind, scope_value=scope.value
        )
    return membership


@transaction.atomic
def grant(*, viewer: Viewer, membership: Membership, role: Role, scope: Scope) -> RoleGrant:
    """Give a member one more role."""
    found, _made = RoleGrant.objects.get_or_create(
        membership=_mine(viewer, membership), role=role, scope_kind=scope.kind, scope_value=scope.value
    )
    return found


@transaction.atomic
def revoke(*, viewer: Viewer, given: RoleGrant) -> None:
    """Take a role away.

    Raises
    ------
    InputError
        If it is the last administrator's.
    """
    _mine(viewer, given.membership)
    if given.role == Role.ADMINISTRATOR:
        _keep_one_administrator(viewer.organisation, without=given.membership)
    given.delete()


@transaction.atomic
def remove(*, viewer: Viewer, membership: Membership) -> None:
    """End somebody's access to the organisation; an account without any membership is closed.

    Raises
    ------
    InputError
        If it is the last administrator.
    """
    _mine(viewer, membership)
    if membership.grants.filter(role=Role.ADMINISTRATOR).exists():
        _keep_one_administrator(viewer.organisation, without=membership)
    membership.delete()


def _mine(viewer: Viewer, membership: Membership) -> Membership:
    if membership.organisation_id != viewer.organisation.pk:
        raise LookupError("The membership belongs to another organisation.")
    return membership


def _keep_one_administrator(organisation: Organisation, *, without: Membership) -> None:
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    others = RoleGrant.objects.filter(
        membership__organisation=organisation, role=Role.ADMINISTRATOR, scope_kind=ScopeKind.EVERYTHING
    ).exclude(membership=without)
    if not others.exists():
        text = _("This is the last administrator.")
        fix = _("Make somebody else an administrator first.")
        raise InputError(Problem(code="last-administrator", text=text, fix=fix))
