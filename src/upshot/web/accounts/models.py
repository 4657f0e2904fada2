"""Users, organisations, memberships with their roles and scopes, and invitations."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.roles import Role, ScopeKind

__all__ = ["Invitation", "Membership", "Organisation", "RoleGrant", "User"]


class UserManager(BaseUserManager["User"]):
    """Users are made with an e-mail address and no user name."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "", **more: Any) -> "User":
        """Make a user; without a password they cannot sign in until they set one."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses are compared without regard to case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in.

    Personal data: e-mail address, display name, time of the last sign-in. Retired: erased with the account.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    """A firm: the tenant that everything belongs to, with its workspace folder.

    Personal data: none. Retired: deleted with the organisation.
    """

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200)
    folder = models.CharField(
        max_length=500, default=".", help_text=_("Workspace folder, relative to the home folder.")
    )
    simulated = models.BooleanField(default=False)
    notice = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def hold(self) -> None:
        """Let others who hold this organisation wait until the transaction ends: none counts beside what another adds.

        Rows that point at the organisation can be stored meanwhile.
        """
        Organisation.objects.select_for_update(no_key=True).get(pk=self.pk)


class Membership(models.Model):
    """A user in an organisation, and who they are on its roster.

    Personal data: links a sign-in to a roster identifier. Retired: deleted when access ends or the person is erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    person = models.CharField(max_length=200, blank=True, help_text=_("Identifier on the roster."))
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "user"], name="one_membership_per_organisation"),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class RoleGrant(models.Model):
    """One role of a member, for everybody or for a part of the roster.

    Personal data: what a person may see. Retired: deleted with the membership.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    scope_kind = models.CharField(max_length=10, choices=ScopeKind.choices, default=ScopeKind.EVERYTHING)
    scope_value = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["membership", "role", "scope_kind", "scope_value"], name="a_grant_is_given_once"
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind=ScopeKind.EVERYTHING, scope_value="")
                | ~models.Q(scope_kind=ScopeKind.EVERYTHING) & ~models.Q(scope_value=""),
                name="a_scope_names_its_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.scope_kind})"


class Invitation(models.Model):
    """An invitation by e-mail: whoever holds the link sets a password and joins with these roles.

    Personal data: the invited address. Retired: deleted 30 days after it expired or was used.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=200, blank=True)
    grants = models.JSONField(default=list, help_text=_("Roles as [role, scope kind, scope value]."))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def open(self: Self) -> bool:
        """Whether the link still works."""
        return self.accepted is None and self.withdrawn is None and self.expires > timezone.now()
