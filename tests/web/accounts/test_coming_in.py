"""The first account, sign-in with a second step, password reset, invitations."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import PASSWORD, Cast, a_user, an_organisation

from upshot.web.accounts.first import first_account_path
from upshot.web.accounts.models import Invitation, Membership, User
from upshot.web.accounts.roles import Role


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_the_first_account_gets_the_first_roles_and_the_link_dies(home, db) -> None:
    an_organisation(home)
    path, client = first_account_path(), Client()
    form = {"name": "Ada", "email": "Ada@Nordvik.Example", "password": PASSWORD}
    assert client.post(path, form).status_code == 302
    assert client.get("/").headers["Location"] == "/o/nordvik/"
    membership = Membership.objects.get(user__email="ada@nordvik.example")
    assert {grant.role for grant in membership.grants.all()} == {Role.ADMINISTRATOR, Role.LEADER, Role.ANALYST}
    assert Client().get(path).status_code == 404


def test_a_weak_password_is_refused_beside_the_field_and_the_rest_is_kept(home, db) -> None:
    an_organisation(home)
    reply = Client().post(first_account_path(), {"name": "Ada", "email": "ada@nordvik.example", "password": "short"})
    assert "at least 12 characters" in reply.content.decode()
    assert 'value="ada@nordvik.example"' in reply.content.decode()
    assert not User.objects.exists()


def test_a_forged_first_account_link_leads_nowhere(home, db) -> None:
    assert Client().get("/first/first:1aaaaa:bbbbbbbbbbb/").status_code == 404


def test_nobody_signs_up_without_an_invitation(db) -> None:
    reply = Client().post("/account/signup/", {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()
    assert reply.status_code == 200


def test_signing_in_asks_for_the_second_step_once_it_is_on(db) -> None:
    user = a_user("ada")
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    client = Client()
    reply = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert reply.headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    client.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    assert client.get("/").headers["Location"] == "/organisations/"


def test_a_forgotten_password_is_set_anew_through_the_mailed_link(db) -> None:
    user = a_user("ada")
    client = Client()
    client.post("/account/password/reset/", {"email": user.email})
    link = re.search(r"https?://testserver(\S+)", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link[1], follow=True)
    new = "another horse battery staple"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert Client().login(email=user.email, password=new) or User.objects.get().check_password(new)


def test_asking_for_a_reset_does_not_tell_who_has_an_account(db) -> None:
    a_user("ada")
    known = Client().post("/account/password/reset/", {"email": "ada@nordvik.example"})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@nordvik.example"})
    assert (known.status_code, known.headers.get("Location")) == (unknown.status_code, unknown.headers.get("Location"))


@pytest.fixture
def invited(cast: Cast, django_capture_on_commit_callbacks) -> str:
    """The path in the mail of an invitation sent by the administrator."""
    form = {"email": "Bo@nordvik.example", "name": "Bo", "role": "manager", "scope_kind": "team", "scope_value": "T1"}
    with django_capture_on_commit_callbacks(execute=True):
        cast.client("administrator").post("/o/nordvik/members/invite", {**form, "person": "m-7"})
    link = re.search(r"http://\S+?(/invitation/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    return link[1]


def test_an_invitation_makes_an_account_with_its_role_and_scope(cast: Cast, invited: str) -> None:
    client = Client()
    assert "Nordvik invites you" in client.get(invited).content.decode()
    assert client.post(invited, {"name": "Bo B.", "password": PASSWORD}).headers["Location"] == "/o/nordvik/"
    membership = Membership.objects.get(user__email="bo@nordvik.example")
    grant = membership.grants.get()
    assert (membership.person, grant.role, grant.scope_kind, grant.scope_value) == ("m-7", "manager", "team", "T1")
    assert client.get("/o/nordvik/").status_code == 200


def test_an_invitation_works_once(cast: Cast, invited: str) -> None:
    Client().post(invited, {"name": "Bo", "password": PASSWORD})
    again = Client().post(invited, {"name": "Eve", "password": PASSWORD})
    assert again.status_code == 410
    assert User.objects.filter(email="bo@nordvik.example").count() == 1


def test_a_withdrawn_invitation_says_so(cast: Cast, invited: str) -> None:
    number = Invitation.objects.get().pk
    cast.client("administrator").post(f"/o/nordvik/members/invitations/{number}/withdraw")
    assert Client().get(invited).status_code == 410


def test_somebody_with_an_account_joins_with_it_and_nobody_else_can(cast: Cast, invited: str) -> None:
    existing = a_user("bo")
    stranger = cast.client("outsider")
    assert "Sign in to accept" in stranger.get(invited).content.decode()
    stranger.post(invited)
    assert not Membership.objects.filter(user=existing).exists()
    own = Client()
    own.force_login(existing)
    assert own.post(invited).headers["Location"] == "/o/nordvik/"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/"])
def test_the_pages_before_signing_in_pass_axe(db, opened: Opener, path: str, mode: str) -> None:
    accessible(opened(path, mode=mode), f"{path.strip('/').replace('/', '-')}-{mode}")


@pytest.mark.parametrize("path", ["/account/2fa/", "/account/password/change/", "/organisations/"])
def test_the_pages_about_oneself_pass_axe(cast: Cast, opened: Opener, path: str) -> None:
    accessible(opened(path, cast.users["leader"]), path.strip("/").replace("/", "-"))
