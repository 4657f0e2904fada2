"""Framework files: CASE comes out as it went in, public catalogues are read, hostile files are refused whole."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.competencies.builders import DATA, PLAN, a_framework, a_plan

from upshot.errors import InputError
from upshot.web.competencies import services
from upshot.web.competencies.case import MOST_ITEMS, read_package, written
from upshot.web.competencies.catalogues import read_catalogue
from upshot.web.competencies.known import known
from upshot.web.competencies.levels import Level
from upshot.web.competencies.models import Framework, Item


def codes(data: bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_package(data)
    return [one.code for one in caught.value.problems]


def a_package(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((DATA / "case-harbour.json").read_text(encoding="utf-8"))
    return {**body, **changes}


@pytest.mark.parametrize("name", ["case-harbour.json", "case-opensalt-item-types.json"])
def test_a_case_file_comes_out_of_the_database_equal_to_what_went_in(cast: Cast, name: str) -> None:
    made = a_framework(cast, name)
    assert services.export(Framework.objects.get(pk=made.pk)) == json.loads((DATA / name).read_text(encoding="utf-8"))


def test_a_package_in_one_key_keeps_it(cast: Cast) -> None:
    body = {"CFPackage": a_package()}
    assert written(read_package(json.dumps(body).encode())) == body


def test_everything_wrong_with_a_file_is_said_at_once() -> None:
    body = a_package()
    body["CFItems"][0]["fullStatement"] = " "
    body["CFItems"][1]["identifier"] = body["CFItems"][2]["identifier"]
    body["CFAssociations"][0]["associationType"] = "isFriendOf"
    body["CFAssociations"][1]["destinationNodeURI"] = {}
    body["CFAssociations"][2]["originNodeURI"]["identifier"] = "nobody"
    found = codes(json.dumps(body).encode())
    assert set(found) >= {"no-text", "identifier-twice", "unknown-kind", "no-ends", "unknown-end"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "not-utf-8"),
        (b"{", "not-json"),
        (b'{"a": NaN}', "not-json"),
        (b"[" * 200_000, "not-json"),
        (b"[]", "not-a-package"),
        (b"{}", "no-document"),
        (b'{"CFDocument": {"identifier": "d", "title": "t"}, "CFItems": 7}', "not-a-list"),
        (b'{"CFDocument": {"identifier": "d", "title": "t\\u0000"}}', "null-character"),
        (json.dumps({"CFDocument": json.loads("[" * 60 + "]" * 60)}).encode(), "too-deep"),
        (b" " * 20_000_001, "too-large"),
    ],
)
def test_hostile_files_are_refused_with_a_name(data: bytes, code: str) -> None:
    assert codes(data) == [code]


def test_circles_and_floods_are_refused() -> None:
    body = a_package()
    child, parent = body["CFItems"][0]["identifier"], body["CFItems"][1]["identifier"]
    back = {**body["CFAssociations"][0], "identifier": "back"}
    body["CFAssociations"].append(
        {**back, "originNodeURI": {"identifier": child}, "destinationNodeURI": {"identifier": parent}}
    )
    assert codes(json.dumps(body).encode()) == ["circle"]
    items = [{"identifier": f"i{n}", "fullStatement": "x"} for n in range(MOST_ITEMS + 1)]
    assert codes(json.dumps({**a_package(), "CFItems": items, "CFAssociations": []}).encode()) == ["too-many"]


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    items = [{"identifier": f"i{n}"} for n in range(500)]
    assert len(codes(json.dumps({**a_package(), "CFItems": items, "CFAssociations": []}).encode())) == 50


def test_the_same_file_twice_changes_nothing_and_a_newer_one_retires_what_it_lacks(cast: Cast) -> None:
    made = a_framework(cast)
    body = a_package()
    again = services.bring_in(viewer=cast.viewer("designer"), name="x.json", data=json.dumps(body).encode())
    assert (again.added, again.changed, again.gone) == (0, 0, 0)
    gone = body["CFItems"].pop()
    body["CFAssociations"] = body["CFAssociations"][:2]
    body["CFItems"][0]["fullStatement"] = "Finds out more"
    newer = services.bring_in(viewer=cast.viewer("designer"), name="x.json", data=json.dumps(body).encode())
    assert (newer.framework.pk, newer.added, newer.changed, newer.gone) == (made.pk, 0, 1, 1)
    assert Item.objects.get(identifier=gone["identifier"]).retired is not None
    assert services.export(newer.framework) == body
    back = services.bring_in(viewer=cast.viewer("designer"), name="x.json", data=json.dumps(a_package()).encode())
    assert back.changed == 2
    assert Item.objects.get(identifier=gone["identifier"]).retired is None


def test_what_was_retired_by_hand_keeps_its_reason_and_a_newer_file_may_end_an_item(cast: Cast) -> None:
    item, viewer = a_framework(cast).items.get(key="asking-for-dates"), cast.viewer("designer")
    services.retire(viewer=viewer, item=item, why="Nobody asks like that")
    body = a_package()
    lacking = {**body, "CFItems": [one for one in body["CFItems"] if one["identifier"] != item.identifier]}
    lacking["CFAssociations"] = []
    ended = {**body, "CFItems": [{**one, "statusEndDate": "2026-01-31"} for one in body["CFItems"]]}
    for file in (lacking, ended, body):
        services.bring_in(viewer=viewer, name="x.json", data=json.dumps(file).encode())
        item.refresh_from_db()
        assert item.retired_why == "Nobody asks like that"
        others = Item.objects.exclude(pk=item.pk)
        assert {str(one.retired) for one in others} == {"2026-01-31" if file is ended else "None"}


def test_the_same_items_in_two_frameworks_get_a_name_each(cast: Cast) -> None:
    first = a_package()["CFItems"][0]
    a_plan(cast, PLAN.replace("{id: calm, label: Staying calm}", f"{{id: calm, case_uri: '{first['uri']}'}}"))
    made, body = a_framework(cast), a_package(CFAssociations=[])
    body["CFDocument"]["identifier"] = "another-document"
    again = services.bring_in(viewer=cast.viewer("designer"), name="y.json", data=json.dumps(body).encode())
    assert made.items.get(identifier=first["identifier"]).key == "calm"
    keys = set(again.framework.items.values_list("key", flat=True))
    assert len(keys) == 3
    assert "calm" not in keys


def test_esco_skills_are_read_by_their_own_identifiers(cast: Cast) -> None:
    made = a_framework(cast, "esco-skills_en.csv")
    first = made.items.get(label="manage musical staff")
    assert (made.source, made.items.count()) == ("esco", 3)
    assert first.identifier == "0005c151-5b5a-4a66-8aac-60e734beb1ab"
    assert str(first.body["fullStatement"]).startswith("Assign and manage staff tasks")
    assert first.body["extensions"]["reuseLevel"] == "sector-specific"
    assert "ESCO" in made.licence


def test_the_skills_of_a_banks_advisers_are_looked_up_and_put_to_use(cast: Cast) -> None:
    made = a_framework(cast, "esco-bank-skills_en.csv")
    assert (made.source, made.items.count()) == ("esco", 19)
    one = made.items.get(label="identify customer's needs")
    assert one.identifier == "68698869-c13c-4563-adc7-118b7644f45d"
    assert "determine customer's needs" in str(one.body["extensions"]["altLabels"])
    kinds = list(made.items.values_list("body__extensions__skillType", flat=True))
    assert (kinds.count("skill/competence"), kinds.count("knowledge")) == (15, 4)
    services.use(viewer=cast.viewer("designer"), item=one, used=True)
    assert [found.label for found in known(cast.organisation).values()] == ["identify customer's needs"]


def test_onet_skills_and_tasks_are_read_each_once(cast: Cast) -> None:
    skills, tasks = a_framework(cast, "onet-skills.txt"), a_framework(cast, "onet-task-statements.txt")
    assert list(skills.items.values_list("label", flat=True)) == [
        "Reading Comprehension", "Active Listening", "Writing", "Speaking",
    ]  # fmt: skip
    assert tasks.items.count() == 7
    assert tasks.items.get(position=0).body["extensions"]["O*NET-SOC Code"] == "43-4131.00"
    assert read_package(json.dumps(services.export(tasks)).encode()).identifier == tasks.identifier


def test_lines_of_a_catalogue_that_cannot_be_read_are_named() -> None:
    with pytest.raises(InputError) as caught:
        read_catalogue(b"conceptUri,preferredLabel\nu1,one\nu2\n,three\n", "x.csv")
    assert [(one.code, one.line) for one in caught.value.problems] == [("cells", 3), ("no-text", 4)]
    with pytest.raises(InputError, match="no kind of file"):
        read_catalogue(b"a,b\n1,2\n", "x.csv")


def test_a_catalogue_is_looked_up_and_only_what_is_used_may_be_named(cast: Cast) -> None:
    made = a_framework(cast, "onet-skills.txt")
    assert known(cast.organisation) == {}
    services.use(viewer=cast.viewer("designer"), item=made.items.get(key="active-listening"), used=True)
    assert list(known(cast.organisation)) == ["active-listening"]


def test_a_retired_item_is_no_longer_offered_says_so_in_its_file_and_comes_back(cast: Cast) -> None:
    made = a_framework(cast)
    item = made.items.get(key="asking-for-dates")
    with pytest.raises(InputError, match="not said why"):
        services.retire(viewer=cast.viewer("designer"), item=item, why=" ")
    services.retire(viewer=cast.viewer("designer"), item=item, why="Nobody asks like that")
    assert "asking-for-dates" not in known(cast.organisation)
    assert [bool(one.get("statusEndDate")) for one in services.export(made)["CFItems"]] == [False, True, False]
    item.refresh_from_db()
    services.restore(viewer=cast.viewer("designer"), item=item)
    assert services.export(made) == a_package()


def test_the_plans_competencies_make_a_framework_under_the_names_they_have(cast: Cast) -> None:
    a_plan(cast)
    made = services.from_plan(viewer=cast.viewer("designer"))
    assert set(made.framework.items.values_list("key", flat=True)) == {"calm", "clear"}
    assert (
        read_package(json.dumps(services.export(made.framework)).encode()).items[0]["fullStatement"] == "Staying calm"
    )
    again = services.from_plan(viewer=cast.viewer("designer"))
    assert again.framework.pk == made.framework.pk
    assert Item.objects.filter(framework=made.framework).count() == 2


def test_competencies_of_the_plan_that_are_called_like_each_other_keep_their_names(cast: Cast) -> None:
    a_plan(cast, PLAN.replace("label: Staying calm", "label: Clear").replace("label: Being clear", "label: Calm"))
    made = services.from_plan(viewer=cast.viewer("designer"))
    assert dict(made.framework.items.values_list("key", "label")) == {"calm": "Clear", "clear": "Calm"}


def test_levels_are_refused_with_every_reason(cast: Cast) -> None:
    with pytest.raises(InputError) as caught:
        services.set_levels(
            viewer=cast.viewer("designer"), key="calm", levels=[Level("a"), Level("a")], practice_up_to=3
        )
    assert [one.code for one in caught.value.problems] == ["level-twice", "practice-too-high"]


def test_a_designer_brings_a_file_in_and_hands_it_out_again(cast: Cast) -> None:
    client = cast.client("designer")
    with (DATA / "case-harbour.json").open("rb") as file:
        reply = client.post("/o/nordvik/competencies/import", {"file": file}, follow=True)
    assert "3 new, 0 changed" in reply.content.decode()
    number = Framework.objects.get().pk
    handed = client.get(f"/o/nordvik/competencies/frameworks/{number}/download")
    assert json.loads(handed.content) == a_package()


def test_a_refused_file_shows_every_problem_and_stores_nothing(cast: Cast) -> None:
    file = SimpleUploadedFile("x.json", b'{"CFDocument": {"identifier": ""}}')
    reply = cast.client("designer").post("/o/nordvik/competencies/import", {"file": file})
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "CFDocument.identifier" in text
    assert "CFDocument.title" in text
    assert not Framework.objects.exists()


def test_an_items_page_takes_levels_and_refuses_what_makes_none(cast: Cast) -> None:
    item = a_framework(cast).items.get(key="asking-for-dates")
    address, client = f"/o/nordvik/competencies/items/{item.pk}/", cast.client("designer")
    reply = client.post(f"{address}levels", {"levels": "Only one", "practice_up_to": "1"})
    assert reply.status_code == 422
    assert "two to nine levels" in reply.content.decode()
    client.post(f"{address}levels", {"levels": "Not yet: asks nothing\nAsks: asks for a date", "practice_up_to": "0"})
    assert known(cast.organisation)["asking-for-dates"].ladder.levels[1] == Level("Asks", "asks for a date")
    client.post(f"{address}use", {"used": "no"})
    assert "asking-for-dates" not in known(cast.organisation)
    client.post(f"{address}retire", {"why": "Said in another"})
    assert "Said in another" in client.get(address).content.decode()
    client.post(f"{address}retire", {"back": "yes"})
    item.refresh_from_db()
    assert item.retired is None


def test_a_page_of_a_framework_takes_as_many_queries_for_many_items(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made, client = a_framework(cast), cast.client("designer")
    address = f"/o/nordvik/competencies/frameworks/{made.pk}/"
    client.get(address)
    with django_assert_num_queries(7) as few:
        client.get(address)
    items = [
        Item(organisation=cast.organisation, framework=made, identifier=f"x{n}", key=f"x{n}", label="X", position=n,
             body={})
        for n in range(9, 49)
    ]  # fmt: skip
    Item.objects.bulk_create(items)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(address)
