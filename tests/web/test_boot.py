"""A home folder to organisations: one workspace, several, or none; names for addresses; the first link."""

from pathlib import Path

import pytest
from django.test import Client
from tests.web.cast import a_user

from upshot.errors import WorkspaceError
from upshot.web import boot
from upshot.web.accounts.models import Organisation
from upshot.workspace.folder import Workspace


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Harbour Bank", "harbour-bank"), ("Søster & Cie.", "sster-cie"), ("北京", "firm"), ("  ", "firm")],
)
def test_an_organisation_has_a_name_for_addresses(name: str, slug: str) -> None:
    assert boot.slug_of(name) == slug


def test_a_workspace_is_one_organisation_however_often_it_is_opened(home: Path, db: None) -> None:
    Workspace.create(home / "a", organisation="Acme")
    first = boot.ensure_organisations(home / "a")
    assert boot.ensure_organisations(home / "a") == first
    assert [organisation.slug for organisation in first] == ["acme"]


def test_a_folder_of_workspaces_is_as_many_organisations_with_addresses_of_their_own(home: Path, db: None) -> None:
    for folder in ("one", "two"):
        Workspace.create(home / folder, organisation="Acme")
    assert [organisation.slug for organisation in boot.ensure_organisations(home)] == ["acme", "acme-2"]
    assert Organisation.objects.count() == 2


def test_a_folder_without_a_workspace_says_how_to_make_one(home: Path, db: None) -> None:
    with pytest.raises(WorkspaceError, match="upshot init"):
        boot.ensure_organisations(home)


def test_the_first_account_is_offered_until_there_is_one(db: None) -> None:
    link = boot.greeting("http://127.0.0.1:8000")[1].rpartition(" http://127.0.0.1:8000")[2]
    assert Client().get(link).status_code == 200
    a_user()
    assert len(boot.greeting("http://127.0.0.1:8000")) == 1


def test_health_says_whether_the_database_answers(db: None) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
