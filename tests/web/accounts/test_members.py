"""Members: roles given and taken away, access ended, never without an administrator."""

from dataclasses import replace

import pytest
from pytest_django.fixtures import Settings
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast, a_member

from upshot.web.accounts.models import Membership, RoleGrant
from upshot.web.accounts.roles import Permission, Role, ScopeKind
from upshot.web.accounts.viewer import Scope, viewer_of
from upshot.web.audit.models import Event


def member_of(cast: Cast, part: str) -> Membership:
    return Membership.objects.get(organisation=cast.organisation, user=cast.users[part])


def test_a_role_is_given_with_its_scope_and_logged(cast: Cast) -> None:
    membership = member_of(cast, "designer")
    form = {"role": "analyst", "scope_kind": "site", "scope_value": "Bergen"}
    cast.client("administrator").post(f"/o/nordvik/members/{membership.pk}/", form)
    viewer = cast.viewer("designer")
    assert viewer.scopes(Permission.ESTIMATE) == (Scope(ScopeKind.SITE, "Bergen"),)
    assert not viewer.everywhere(Permission.ESTIMATE)
    assert Event.objects.get(action="role-granted").detail == {"role": "analyst", "scope": "site"}


def test_a_scope_without_a_name_is_refused_and_what_was_typed_is_kept(cast: Cast) -> None:
    membership = member_of(cast, "designer")
    form = {"role": "analyst", "scope_kind": "site", "scope_value": " "}
    reply = cast.client("administrator").post(f"/o/nordvik/members/{membership.pk}/", form).content.decode()
    assert "Name the region, site or team." in reply
    assert '<option value="site" selected>' in reply
    assert membership.grants.count() == 1


def test_the_last_administrator_cannot_be_removed_nor_lose_the_role(cast: Cast) -> None:
    membership = member_of(cast, "administrator")
    client = cast.client("administrator")
    client.post(f"/o/nordvik/members/{membership.pk}/remove")
    client.post(f"/o/nordvik/members/{membership.pk}/roles/{membership.grants.get().pk}/revoke")
    assert RoleGrant.objects.filter(role=Role.ADMINISTRATOR, membership=membership).exists()
    assert "This is the last administrator." in client.get("/o/nordvik/members/").content.decode()


def test_a_removed_member_sees_nothing_more(cast: Cast) -> None:
    membership = member_of(cast, "learner")
    learner = cast.client("learner")
    cast.client("administrator").post(f"/o/nordvik/members/{membership.pk}/remove")
    assert learner.get("/o/nordvik/").status_code == 404
    assert viewer_of(cast.users["learner"], "nordvik") is None


def test_members_of_another_firm_cannot_be_touched(cast: Cast) -> None:
    theirs = Membership.objects.get(user=cast.users["outsider"])
    assert cast.client("administrator").post(f"/o/nordvik/members/{theirs.pk}/remove").status_code == 404


@pytest.mark.parametrize(("email_url", "said"), [("", "/invitation/"), ("smtp://mail:25", "is on its way")])
def test_without_a_mail_server_the_link_is_handed_to_the_administrator(
    email_url: str, said: str, cast: Cast, settings: Settings
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, email_url=email_url)
    form = {"email": "new@nordvik.example", "name": "New", "role": "analyst", "scope_kind": "everything"}
    page = cast.client("administrator").post("/o/nordvik/members/invite", form, follow=True).content.decode()
    assert said in page
    assert ("/invitation/" in page) is (email_url == "")


def test_a_member_cannot_be_invited_again(cast: Cast) -> None:
    form = {"email": "leader@nordvik.example", "role": "analyst", "scope_kind": "everything", "scope_value": ""}
    reply = cast.client("administrator").post("/o/nordvik/members/invite", form).content.decode()
    assert "This address belongs to a member already." in reply


def test_the_list_asks_the_database_the_same_whatever_its_length(cast: Cast, django_assert_num_queries) -> None:
    client = cast.client("administrator")
    client.get("/o/nordvik/members/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/o/nordvik/members/")
    for number in range(20):
        a_member(cast.organisation, Role.LEARNER, name=f"more-{number}", person=f"p-{number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/o/nordvik/members/")
    assert len(many) == len(few)


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_the_pages_pass_axe(cast: Cast, opened: Opener, mode: str) -> None:
    administrator = cast.users["administrator"]
    accessible(opened("/o/nordvik/members/", administrator, mode=mode), f"members-{mode}")
    accessible(opened("/o/nordvik/members/invite", administrator, mode=mode), f"invite-{mode}")
    number = member_of(cast, "designer").pk
    accessible(opened(f"/o/nordvik/members/{number}/", administrator, mode=mode), f"member-{mode}")
