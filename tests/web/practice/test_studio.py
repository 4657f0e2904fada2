"""The studio: versions, review by a second person, ids with answers on them, files of other tools."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.cast import Cast
from tests.web.practice.builders import BEST, TEXT, a_published, a_version, played
from tests.web.practice.pictures import PNG

from upshot.errors import InputError
from upshot.scenario import examine
from upshot.web.practice import authoring
from upshot.web.practice.models import Picture, Scenario, ScenarioVersion
from upshot.web.practice.seeding import SAMPLES, seed

STUDIO = "/o/nordvik/studio/"
TWEE = """:: StoryTitle
A tale

:: StoryData
{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC"}

:: Start
(set: $x to 1)Hello
[[Go|End]]
[[Stay->Start]]

:: End
Bye
"""


def an_h5p() -> bytes:
    question = {
        "question": "Well?",
        "alternatives": [{"text": "Yes", "nextContentId": 1}, {"text": "No", "nextContentId": -1}],
    }
    items = [
        {
            "type": {
                "library": "H5P.BranchingQuestion 1.0",
                "params": {"branchingQuestion": question},
                "metadata": {"title": "Q"},
            }
        },
        {"type": {"library": "H5P.Video 1.6", "params": {}, "metadata": {"title": "Film"}}, "nextContentId": -1},
    ]
    content = {"branchingScenario": {"content": items, "endScreens": [{"endScreenTitle": "Done", "contentId": -1}]}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("h5p.json", json.dumps({"title": "From elsewhere", "mainLibrary": "H5P.BranchingScenario"}))
        archive.writestr("content/content.json", json.dumps(content))
    return file.getvalue()


def sent(cast: Cast, name: str, data: bytes) -> str:
    reply = cast.client("designer").post(f"{STUDIO}import", {"file": SimpleUploadedFile(name, data)}, follow=True)
    return reply.content.decode()


def test_a_text_is_stored_once_and_numbered_on(cast: Cast) -> None:
    first = a_version(cast)
    assert a_version(cast, base=1) == first
    second = a_version(cast, TEXT.replace("two days", "three days"), base=1)
    assert (second.number, len(second.fingerprint)) == (2, 64)


def test_two_writers_do_not_overwrite_each_other(cast: Cast) -> None:
    a_version(cast)
    a_version(cast, TEXT.replace("two days", "three days"), base=1)
    client = cast.client("leader")
    mine = TEXT.replace("two days", "four days")
    reply = client.post(f"{STUDIO}late-parcel/", {"text": mine, "base": 1})
    assert reply.status_code == 409
    assert "Version 2 was stored since you began." in reply.content.decode()
    assert "four days" in reply.content.decode()
    client.post(f"{STUDIO}late-parcel/", {"text": mine, "base": 2})
    assert ScenarioVersion.objects.filter(number=3, text=mine).exists()


def test_a_text_with_errors_is_kept_and_not_reviewed(cast: Cast) -> None:
    version = a_version(cast, TEXT.replace("](#good)", "](#god)"))
    shown = cast.client("designer").post(f"{STUDIO}late-parcel/versions/1/move", {"act": "ask"})
    assert shown.status_code == 409
    assert "leads to &#x27;god&#x27;" in shown.content.decode()
    version.refresh_from_db()
    assert version.state == "draft"


def test_whoever_wrote_a_version_does_not_publish_it(cast: Cast) -> None:
    version = a_version(cast)
    authoring.ask_for_review(viewer=cast.viewer("designer"), version=version)
    with pytest.raises(InputError, match="a second person publishes"):
        authoring.publish(viewer=cast.viewer("designer"), version=version)
    reply = cast.client("leader").post(f"{STUDIO}late-parcel/versions/1/move", {"act": "publish"}, follow=True)
    assert "Learners get this version." in reply.content.decode()


def test_publishing_replaces_what_learners_had(cast: Cast) -> None:
    first = a_published(cast)
    a_published(cast, TEXT.replace("two days", "three days"), base=1)
    first.refresh_from_db()
    assert first.state == "replaced"
    assert ScenarioVersion.objects.filter(state="published").count() == 1


def test_ids_with_answers_on_them_are_refused_with_the_list(cast: Cast) -> None:
    played(cast.viewer("learner"), a_published(cast), BEST)
    renamed = TEXT.replace("{#number}", "{#digits}").replace("(#number)", "(#digits)").replace("{id=ask", "{id=enquire")
    with pytest.raises(InputError) as error:
        a_published(cast, renamed, base=1)
    assert {one.value for one in error.value.problems} == {"number", "call/ask"}
    assert ScenarioVersion.objects.get(number=1).state == "published"


def test_ids_without_answers_may_go(cast: Cast) -> None:
    played(cast.viewer("learner"), a_published(cast), BEST)
    later = a_published(cast, TEXT.replace("{id=soon}", "{id=vague}"), base=1)
    assert later.state == "published"


def test_the_id_in_the_text_stays(cast: Cast) -> None:
    a_version(cast)
    with pytest.raises(InputError, match="this scenario is 'late-parcel'"):
        a_version(cast, TEXT.replace("id: late-parcel", "id: other"), base=1)
    with pytest.raises(InputError, match="already"):
        a_version(cast)


def test_a_comment_said_twice_is_said_once_and_settled(cast: Cast) -> None:
    a_version(cast)
    client = cast.client("leader")
    for _ in range(2):
        client.post(f"{STUDIO}late-parcel/versions/1/comment", {"text": "Who says this?"})
    found = ScenarioVersion.objects.get().comments.get()
    client.post(f"{STUDIO}late-parcel/versions/1/settle", {"comment": found.pk, "settled": "yes"})
    found.refresh_from_db()
    assert found.settled is not None


def test_two_versions_are_compared_in_words_and_in_meaning(cast: Cast) -> None:
    a_version(cast)
    a_version(cast, TEXT.replace("clear=2 .best", "clear=1 .best"), base=1)
    shown = cast.client("leader").get(f"{STUDIO}late-parcel/versions/2/").content.decode()
    assert "scores of the two versions are not comparable" in shown
    assert "number/day" in shown


def test_an_h5p_file_becomes_a_draft_with_the_list_of_what_was_left_out(cast: Cast) -> None:
    shown = sent(cast, "made.h5p", an_h5p())
    assert "Not converted" in shown
    assert "video" in shown
    assert ScenarioVersion.objects.get().state == "draft"


def test_a_twee_file_becomes_a_draft_with_the_list_of_what_was_left_out(cast: Cast) -> None:
    shown = sent(cast, "tale.twee", TWEE.encode())
    assert "A macro is left out" in shown
    assert ScenarioVersion.objects.get().title == "A tale"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.h5p", b"no zip", "The file was not taken."),
        ("a.twee", b"\xff\xfe\x00", "is no text"),
        ("a.md", b"# Hi", "The file was not taken."),
    ],
)
def test_a_file_that_is_not_one_is_refused_with_the_reason(cast: Cast, name: str, data: bytes, said: str) -> None:
    assert said in sent(cast, name, data)
    assert not Scenario.objects.exists()


def test_a_version_goes_out_as_twee_and_as_it_stands(cast: Cast) -> None:
    a_version(cast)
    client = cast.client("designer")
    assert ":: The call" in client.get(f"{STUDIO}late-parcel/versions/1/twee").content.decode()
    assert client.get(f"{STUDIO}late-parcel/versions/1/download").content.decode() == TEXT


def test_what_is_no_picture_is_refused(cast: Cast) -> None:
    a_version(cast)
    client = cast.client("designer")
    for name, data in (("door.png", PNG), ("evil.svg", b"<svg onload=alert(1)>")):
        client.post(f"{STUDIO}late-parcel/picture", {"picture": SimpleUploadedFile(name, data)})
    assert list(Picture.objects.values_list("name", "content_type")) == [("door.png", "image/png")]


def test_a_retired_scenario_is_closed_to_learners(cast: Cast) -> None:
    a_published(cast)
    cast.client("designer").post(f"{STUDIO}late-parcel/retire", {"retired": "yes"})
    assert cast.client("learner").get("/o/nordvik/practice/late-parcel/").status_code == 404


def test_an_address_that_is_none_is_refused(cast: Cast) -> None:
    version = a_version(cast)
    with pytest.raises(InputError, match="no address"):
        authoring.set_activity(viewer=cast.viewer("designer"), scenario=version.scenario, activity="my course")
    authoring.set_activity(viewer=cast.viewer("designer"), scenario=version.scenario, activity="lms:LP-1")
    assert Scenario.objects.get().activity == "lms:LP-1"


def test_a_try_is_played_from_the_text_alone(cast: Cast) -> None:
    client = cast.client("designer")
    shown = client.post(f"{STUDIO}try", {"text": TEXT, "a": ["ask"], "choice": "day"}).content.decode()
    assert "score 1.00 of 1" in shown
    broken = client.post(f"{STUDIO}try", {"text": TEXT.replace("](#good)", "](#god)")}).content.decode()
    assert "It can be tried once the errors are gone" in broken


def test_the_demonstration_is_published_once_and_played_by_people_of_the_roster(cast: Cast) -> None:
    for _ in range(2):
        made, _ended = seed(cast.organisation)
    assert {one.slug for one in made} == set(SAMPLES)
    assert ScenarioVersion.objects.filter(state="published").count() == len(SAMPLES)
    assert all(examine(one.text).scenario for one in ScenarioVersion.objects.all())
