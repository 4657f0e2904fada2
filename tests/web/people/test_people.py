"""The roster in the browser: mirrored, scoped, merged and un-merged."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast, a_member
from tests.web.roster import people_rows, take_in, with_roster

from upshot.web.accounts.roles import Permission, Role, ScopeKind
from upshot.web.accounts.viewer import viewer_of
from upshot.web.audit.models import Access
from upshot.web.people import selectors, services
from upshot.web.people.models import Person


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_roster(cast, tmp_path)


def learning(person: str, count: int = 2) -> list[dict[str, str]]:
    days = [f"2025-02-{day:02d}" for day in range(1, count + 1)]
    return [{"person": person, "activity": "talks", "verb": "completed", "at": day} for day in days]


def test_the_mirror_follows_a_move_and_a_second_look_changes_nothing(firm: Cast, tmp_path: Path) -> None:
    moved = {**people_rows()[0], "team": "Vidde", "valid_from": "2025-01-01"}
    take_in(firm.organisation, "people", [moved], tmp_path)
    assert services.mirror(firm.organisation) == 1
    assert services.mirror(firm.organisation) == 0
    assert Person.objects.get(key="p-1").team == "Vidde"
    spells = selectors.history(firm.viewer("analyst"), "p-1")
    assert [(spell.team, spell.end is None) for spell in spells] == [("Vidde", True), ("Dal", False)]


def test_a_scope_reaches_its_part_of_the_roster_and_no_further(firm: Cast) -> None:
    user = a_member(firm.organisation, Role.ANALYST, name="west", scope=(ScopeKind.REGION, "West"))
    viewer = viewer_of(user, "nordvik")
    assert viewer is not None
    reached = selectors.in_scope(viewer, Permission.PEOPLE)
    assert set(reached.values_list("region", flat=True)) == {"West"}
    outside = Person.objects.filter(region="East").first()
    assert outside is not None
    client = firm.client("analyst")
    client.force_login(user)
    assert client.get(f"/o/nordvik/people/of/{outside.key}/").status_code == 404
    assert client.get("/o/nordvik/people/of/p-3/").status_code == 200


def test_a_manager_answers_for_the_teams_the_roster_names_and_for_no_other(firm: Cast) -> None:
    assert selectors.managed_teams(firm.viewer("manager")) == ["Fjord"]
    assert selectors.managed_teams(firm.viewer("other_manager")) == ["Dal", "Vidde"]
    assert selectors.managed_teams(firm.viewer("learner")) == []


def test_a_stray_account_is_merged_and_taken_back(firm: Cast, tmp_path: Path) -> None:
    take_in(firm.organisation, "learning", learning("p-1"), tmp_path)
    lake = firm.viewer("analyst").workspace.lake()
    lake.merge_accounts("lms:kari", "m-1", reason="same address")
    client = firm.client("analyst")
    form = {"account": "lms:ola", "person": "p-2", "reason": "HR confirmed"}
    assert client.post("/o/nordvik/people/accounts", form).status_code == 302
    assert {merge.account for merge in selectors.merges(firm.viewer("analyst"))} == {"lms:kari", "lms:ola"}
    client.post("/o/nordvik/people/accounts/undo", {"account": "lms:ola", "person": "p-2"})
    assert {merge.account for merge in selectors.merges(firm.viewer("analyst"))} == {"lms:kari"}


def test_two_roster_entries_of_one_person_become_one_and_two_again(firm: Cast) -> None:
    client = firm.client("analyst")
    client.post("/o/nordvik/people/accounts", {"account": "p-4", "person": "p-7", "reason": "rehired"})
    assert not Person.objects.filter(key="p-4").exists()
    client.post("/o/nordvik/people/accounts/undo", {"account": "p-4", "person": "p-7"})
    assert Person.objects.filter(key="p-4").exists()


def test_a_merge_into_nobody_is_refused_beside_its_field(firm: Cast) -> None:
    form = {"account": "lms:x", "person": "p-999", "reason": "guess"}
    reply = firm.client("analyst").post("/o/nordvik/people/accounts", form).content.decode()
    assert "Nobody on the roster has this identifier." in reply
    assert 'value="lms:x"' in reply
    assert selectors.merges(firm.viewer("analyst")) == []


def test_looking_at_people_is_logged_with_its_purpose(firm: Cast) -> None:
    client = firm.client("leader")
    client.get("/o/nordvik/people/?team=Fjord")
    client.get("/o/nordvik/people/of/p-3/")
    looks = list(Access.objects.order_by("pk").values_list("what", "people", "person"))
    assert looks == [("roster", 10, ""), ("history", 1, "p-3")]


def test_names_of_every_script_and_markup_are_shown_as_they_are(firm: Cast, tmp_path: Path) -> None:
    odd = {**people_rows()[0], "person": "p-x", "team": "<b>北京</b> & فريق"}
    take_in(firm.organisation, "people", [odd], tmp_path)
    services.mirror(firm.organisation)
    reply = firm.client("leader").get("/o/nordvik/people/?q=p-x").content.decode()
    assert "&lt;b&gt;北京&lt;/b&gt; &amp; فريق" in reply
    assert "<b>北京" not in reply


@pytest.mark.parametrize("path", ["people/", "people/teams", "people/accounts"])
def test_lists_ask_the_database_the_same_whatever_their_length(firm: Cast, tmp_path: Path, path: str) -> None:
    client = firm.client("analyst")
    counts = []
    for more in (0, 40):
        if more:
            take_in(
                firm.organisation, "people", [{**r, "person": f"q{r['person']}"} for r in people_rows(more)], tmp_path
            )
            services.mirror(firm.organisation)
        client.get(f"/o/nordvik/{path}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/o/nordvik/{path}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_the_pages_pass_axe(firm: Cast, opened: Opener, mode: str) -> None:
    for path in ("people/", "people/teams", "people/accounts", "people/of/p-3/"):
        name = path.strip("/").replace("/", "-")
        accessible(opened(f"/o/nordvik/{path}", firm.users["analyst"], mode=mode), f"{name}-{mode}")
