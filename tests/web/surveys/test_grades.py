"""The same-source guard: what people say of themselves never moves a grade, however good it sounds."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.measures.firms import with_firm

from upshot.impact.evidence.grade import grade
from upshot.impact.evidence.rules import RULES
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges import statements
from upshot.web.challenges.models import Challenge, CheckIn
from upshot.web.lrs.services.lake import follow
from upshot.web.surveys.models import Response, Use
from upshot.web.surveys.services.sending import keep_text
from upshot.web.surveys.texts import standard_text
from upshot.workspace.answering import answer_initiative


def everybody_is_delighted(cast: Cast) -> int:
    """Every person of the roster reports the best there is, in check-ins that reach the lake and in a survey."""
    now = dt.datetime(2025, 11, 3, 9, tzinfo=dt.UTC)
    said = []
    for number in range(48):
        challenge = Challenge.objects.create(
            organisation=cast.organisation, initiative="coaching", step="talk", title="A talk", person=f"p{number:02d}",
            state="signed", case="A case", cue="they ask", action="ask back",
        )  # fmt: skip
        one = CheckIn.objects.create(
            challenge=challenge, days=30, source="self", person=challenge.person, due=now.date(), answered=now,
            used=True, how_often="most",
        )  # fmt: skip
        said.append(statements.checked_in(one))
    statements.store(cast.organisation, said)
    text = keep_text(viewer=cast.viewer("designer"), body=standard_text("after-path"))
    use = Use.objects.create(organisation=cast.organisation, initiative="coaching", text=text, since=now.date())
    best = {"use": "most", "effect": "often"}
    Response.objects.bulk_create(Response(use=use, answers=best) for _ in range(48))
    return follow(cast.organisation).added


def test_nothing_anybody_says_of_themselves_moves_an_estimate_or_its_grade(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    before = answer_initiative(workspace_of(cast.organisation), "coaching").estimate
    assert everybody_is_delighted(cast) == 48
    after = answer_initiative(workspace_of(cast.organisation), "coaching").estimate
    assert before.grade is not None
    assert after.grade == before.grade
    numbers = ("estimate", "std_error", "conf_low", "conf_high", "n_units", "n_treated", "claim")
    assert [getattr(after, name) for name in numbers] == [getattr(before, name) for name in numbers]


def test_a_finding_that_is_self_report_is_refused_whatever_else_is_known_of_it() -> None:
    facts = sorted({fact for rule in RULES for fact in (*rule.when, *rule.unless)})
    assert {grade(frozenset({"kind:self-report", fact})).letter for fact in facts} == {"D"}
    assert not [rule.code for rule in RULES if "kind:self-report" in rule.unless]
