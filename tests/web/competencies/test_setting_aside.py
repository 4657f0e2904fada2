"""Evidence set aside: with a reason, in each log, listed without names or results, and undone as openly."""

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.competencies.builders import a_plan, an_entry

from upshot.errors import InputError
from upshot.web.audit.models import Event
from upshot.web.competencies.models import Evidence
from upshot.web.competencies.selectors import mine
from upshot.web.competencies.setting_aside import asides, count_again, set_aside, set_aside_all, versions_measured

PAGE = "/o/nordvik/competencies/aside/"
WHY = "Its second question had two right answers"


def measured(cast: Cast, people: int = 6) -> None:
    """A version that measured so many people, the learner among them."""
    a_plan(cast)
    for number in range(1, people + 1):
        an_entry(cast, person=f"p-{number}")


def places(cast: Cast) -> list[tuple[int, int]]:
    """The learner's places and how long their logs are."""
    return [(one.place, len(one.log)) for one in mine(cast.viewer("learner"))]


def test_an_entry_is_set_aside_with_a_reason_and_stays(cast: Cast) -> None:
    a_plan(cast)
    row = an_entry(cast)
    viewer = cast.viewer("designer")
    with pytest.raises(InputError, match="not said why"):
        set_aside(viewer=viewer, number=row.pk, why="")
    with pytest.raises(InputError, match="no such entry"):
        set_aside(viewer=viewer, number=0, why=WHY)
    assert set_aside(viewer=viewer, number=row.pk, why=WHY) == set_aside(viewer=viewer, number=row.pk, why="Again")
    assert places(cast) == [(1, 2)]


def test_a_whole_version_is_set_aside_at_once_and_counts_again_at_once(cast: Cast) -> None:
    measured(cast)
    viewer = cast.viewer("designer")
    assert places(cast) == [(2, 1)]
    assert set_aside_all(viewer=viewer, what="Scenario a", why=WHY) == 6
    assert places(cast) == [(1, 2)]
    (one,) = asides(viewer)
    assert (one.what, one.why, one.entries, one.again) == ("Scenario a", WHY, 6, False)
    assert count_again(viewer=viewer, number=one.number) == 6
    assert count_again(viewer=viewer, number=one.number) == 0
    assert places(cast) == [(2, 3)]
    assert [one.again for one in asides(viewer)] == [True]
    set_aside_all(viewer=viewer, what="Scenario a", why=WHY)
    assert places(cast) == [(1, 4)]
    assert [one.again for one in asides(viewer)] == [False, True]
    kinds = set(Event.objects.values_list("action", flat=True))
    assert {"evidence-set-aside", "evidence-counts-again"} <= kinds


def test_of_few_people_nothing_is_offered_and_no_count_is_told(cast: Cast) -> None:
    measured(cast, people=3)
    viewer = cast.viewer("designer")
    assert versions_measured(viewer) == []
    with pytest.raises(InputError, match="no such entry"):
        set_aside_all(viewer=viewer, what="Scenario a", why=WHY)
    set_aside(viewer=viewer, number=Evidence.objects.order_by("pk")[0].pk, why=WHY)
    assert [one.entries for one in asides(viewer)] == [None]


def test_another_firm_sees_and_undoes_nothing(cast: Cast) -> None:
    measured(cast)
    set_aside_all(viewer=cast.viewer("designer"), what="Scenario a", why=WHY)
    number = asides(cast.viewer("designer"))[0].number
    assert cast.client("outsider").post(f"{PAGE}{number}/again").status_code == 404
    assert cast.client("learner").get(PAGE).status_code in (403, 404)
    assert asides(cast.viewer("designer"))[0].again is False


def test_the_page_sets_aside_says_what_is_missing_and_undoes(cast: Cast) -> None:
    measured(cast)
    client = cast.client("designer")
    assert "Everything counts" in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"what": "Scenario a", "why": " "})
    assert refused.status_code == 422
    assert not Evidence.objects.filter(kind="set-aside").exists()
    client.post(PAGE, {"what": "Scenario a", "why": WHY})
    text = client.get(PAGE).content.decode()
    assert WHY in text
    assert "p-1" not in text
    client.post(f"{PAGE}{asides(cast.viewer('designer'))[0].number}/again")
    assert "counts again" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}0/again", follow=True).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", MODES)
def test_the_page_is_accessible_at_every_width(cast: Cast, opened: Opener, mode: str) -> None:
    measured(cast)
    set_aside_all(viewer=cast.viewer("designer"), what="Scenario a", why=WHY)
    an_entry(cast, about="b", competency="clear")
    page = opened(PAGE, cast.users["designer"], mode=mode)
    accessible(page, f"asides-{mode}")
    assert WHY in page.locator("#asides").inner_text()
