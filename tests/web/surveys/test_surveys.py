"""Surveys are sent once to whoever is due, answered without a name, and shown only of enough people."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.cast import Cast
from tests.web.paths.builders import a_round, with_path
from tests.web.surveys.builders import SINCE, a_use, answered, asked, done, responses

from upshot.errors import InputError
from upshot.web.outbox.models import Message
from upshot.web.paths.models import Enrolment
from upshot.web.surveys.models import Ask, Response, SurveyText, Use
from upshot.web.surveys.personal import SurveyStore
from upshot.web.surveys.results import beside, results_of
from upshot.web.surveys.services.sending import begin, due, end, keep_text
from upshot.web.surveys.texts import standard_text


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_path(cast, tmp_path)
    a_round(cast)
    return cast


def test_whoever_did_the_path_is_asked_on_their_day_and_once(firm: Cast) -> None:
    use = a_use(firm)
    done(firm, "p-3", "p-6")
    done(firm, "p-9", day=dt.date(2026, 11, 20))
    done(firm, "p-12", day=dt.date(2025, 11, 1))
    assert asked(firm, use, dt.date(2026, 10, 28)) == []
    for _ in range(2):
        assert asked(firm, use, dt.date(2026, 10, 29)) == ["p-3", "p-6"]
    assert Message.objects.filter(kind="survey").count() == 2


def test_who_was_waived_did_not_do_it_and_is_not_asked(firm: Cast) -> None:
    done(firm, "p-3")
    Enrolment.objects.filter(person="p-3").update(waived=True)
    assert asked(firm, a_use(firm)) == []


def test_managers_are_asked_once_for_all_their_people(firm: Cast) -> None:
    done(firm, "p-3", "p-6", "p-4", day=dt.date(2026, 9, 1))
    assert asked(firm, a_use(firm, "manager-follow-up")) == ["m-1", "m-2"]


def test_answers_are_kept_once_and_without_a_name_or_a_time(firm: Cast) -> None:
    use = a_use(firm)
    done(firm, "p-3")
    asked(firm, use)
    ask = Ask.objects.get()
    assert answered(firm, ask, use="half")
    assert not answered(firm, ask, use="none")
    kept = Response.objects.get()
    assert (kept.answers, kept.group) == ({"use": "half"}, "West")
    names = {field.name for field in Response._meta.get_fields()}
    assert names == {"id", "use", "group", "answers", "words"}


def test_a_closed_survey_takes_no_answer(firm: Cast) -> None:
    use = a_use(firm)
    done(firm, "p-3")
    asked(firm, use)
    Ask.objects.update(closes=dt.date(2026, 1, 1))
    with pytest.raises(InputError, match="has closed"):
        answered(firm, Ask.objects.get(), use="half")


def test_the_page_takes_answers_and_scrubs_own_words(firm: Cast) -> None:
    use = a_use(firm)
    done(firm, "p-3")
    asked(firm, use)
    path = f"/o/nordvik/surveys/{Ask.objects.get().pk}/"
    client = firm.client("learner")
    assert "Answer one question at least." in client.post(path, {"use": ""}).content.decode()
    said = {"use": "most", "effect": "often", "change": "Ring me at +47 912 34 567"}
    assert "Thank you." in client.post(path, said, follow=True).content.decode()
    assert Response.objects.get().words == {"change": "Ring me at [telephone number]"}
    assert firm.client("manager").get(path).status_code == 404


def test_few_answers_show_nothing(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("half", 4))
    found = results_of(firm.viewer("designer"), use)
    assert (found.rate, found.scrap, found.impact, found.questions, found.groups) == (None, None, None, (), ())
    page = firm.client("designer").get(f"/o/nordvik/surveys/results/{use.pk}/").content.decode()
    assert "Nothing is shown until 5 people have answered." in page


def test_figures_and_answers_of_enough_people_are_shown_with_what_follows(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("none", 6), ("half", 12), ("most", 6))
    found = results_of(firm.viewer("designer"), use)
    assert found.rate is not None
    assert found.scrap is not None
    assert found.rate.value == 0.75
    assert found.scrap.value == pytest.approx(1 - (12 * 0.5 + 6 * 0.9) / 24)
    assert found.impact is None
    shown = found.questions[0]
    assert [one.people for one in shown.chosen] == [6, 0, 12, 6]
    assert (shown.standard, shown.leads_to) == ("acceptable", "Keep it, and look at the half that is not used")


def test_a_small_answer_and_its_neighbour_are_withheld(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("none", 2), ("half", 20), ("most", 6))
    found = results_of(firm.viewer("designer"), use)
    assert [one.people for one in found.questions[0].chosen] == [None, 0, 20, None]


def test_a_figure_from_which_a_withheld_count_could_be_solved_is_withheld_too(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("none", 2), ("half", 20), ("most", 6))
    responses(use, ("worse", 5), ("often", 9), question="effect")
    found = results_of(firm.viewer("designer"), use)
    assert (found.rate, found.scrap) == (None, None)
    assert found.impact is not None
    assert found.impact.value == pytest.approx(4 / 14)


def test_a_question_that_few_answered_is_not_shown_however_many_answered_others(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("half", 20))
    responses(use, ("often", 3), question="effect")
    found = results_of(firm.viewer("designer"), use)
    assert [one.question.id for one in found.questions] == ["use"]
    assert found.impact is None


def test_rates_of_regions_are_shown_of_all_or_none(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("half", 12), ("none", 8))
    responses(use, ("half", 9), ("none", 2), group="East")
    found = results_of(firm.viewer("designer"), use)
    assert [one.people for one in found.groups] == [11, 20]
    assert [one.rate for one in found.groups] == [None, None]


def test_a_small_region_is_withheld_with_its_neighbour_so_that_it_does_not_follow_from_the_total(firm: Cast) -> None:
    use = a_use(firm)
    responses(use, ("half", 20))
    responses(use, ("half", 9), group="East")
    responses(use, ("half", 3), group="North")
    found = results_of(firm.viewer("designer"), use)
    assert {one.name: one.people for one in found.groups} == {"East": None, "North": None, "West": 20}
    assert all(one.rate is None for one in found.groups if one.people is None)


def test_two_sources_stand_side_by_side_each_with_its_own_people(firm: Cast) -> None:
    own, other = a_use(firm), a_use(firm, "manager-follow-up")
    responses(own, ("half", 10))
    assert beside(firm.viewer("designer"), own).rates[1] is None
    responses(other, ("few", 5), ("none", 5))
    found = beside(firm.viewer("designer"), own)
    assert found is not None
    assert found.sources == ("self", "manager")
    assert [rate.value for rate in found.rates if rate is not None] == [1.0, 0.5]


def test_a_survey_is_sent_once_and_not_in_two_versions_at_once(firm: Cast) -> None:
    use = a_use(firm)
    assert a_use(firm).pk == use.pk
    changed = keep_text(viewer=firm.viewer("designer"), body=standard_text("after-path").replace("28d", "21d"))
    assert changed.number == 2
    with pytest.raises(InputError, match="Another version"):
        begin(viewer=firm.viewer("designer"), text=changed, initiative="selling", since=SINCE)
    end(viewer=firm.viewer("designer"), use=use)
    assert begin(viewer=firm.viewer("designer"), text=changed, initiative="selling", since=SINCE).pk != use.pk


def test_the_designer_sends_reads_and_mends_in_the_browser(firm: Cast) -> None:
    client = firm.client("designer")
    said = {"survey": "after-path", "initiative": "selling", "since": "2026-01-01"}
    page = client.post("/o/nordvik/surveys/", said, follow=True).content.decode()
    assert "It is sent from now on to whoever is due." in page
    assert Use.objects.get().text.name == "after-path"
    broken = standard_text("after-path").replace("standard: alarming", "standard: bad", 1)
    reply = client.post("/o/nordvik/surveys/text/after-path/", {"body": broken}).content.decode()
    assert "Line 13: " in reply
    assert SurveyText.objects.count() == 1
    assert client.get("/o/nordvik/surveys/text/nothing/").status_code == 404


def test_the_list_costs_no_more_queries_for_many(firm: Cast) -> None:
    a_use(firm)
    client = firm.client("designer")
    client.get("/o/nordvik/surveys/")
    with CaptureQueriesContext(connection) as few:
        client.get("/o/nordvik/surveys/")
    text = SurveyText.objects.get()
    Use.objects.bulk_create(
        Use(organisation=firm.organisation, initiative=f"i{number}", text=text, since=SINCE) for number in range(20)
    )
    with CaptureQueriesContext(connection) as many:
        client.get("/o/nordvik/surveys/")
    assert len(many) == len(few)


def test_an_erased_person_was_never_asked_and_old_asks_go_by_themselves(firm: Cast) -> None:
    use = a_use(firm)
    done(firm, "p-3", "p-6")
    asked(firm, use)
    store = SurveyStore()
    row = {"survey": "after-path", "initiative": "selling", "answered": False}
    assert store.export(firm.organisation, "p-3") == [row]
    assert store.erase(firm.organisation, "p-3") == 1
    assert store.export(firm.organisation, "p-3") == []
    end(viewer=firm.viewer("designer"), use=use)
    due(dt.datetime(2029, 1, 1, tzinfo=dt.UTC))
    assert not Ask.objects.exists()
