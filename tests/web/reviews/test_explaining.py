"""The part of a KPI that initiatives explain: effect times share, only where an answer is relied on."""

from pathlib import Path

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.measures.firms import with_answer
from tests.web.reviews.test_pages import page, with_goal

from upshot.web.measures.models import Run
from upshot.web.reviews.explaining import Effect, explained, pictures_of
from upshot.web.reviews.selectors import plan_of

STARTS = (("2025-02", 30), ("2025-04", 50))


def an_effect(value: float = -2.0, half: float = 1.0, starts: tuple[tuple[str, int], ...] = STARTS) -> Effect:
    return Effect(title="Coaching", grade="A", value=value, low=value - half, high=value + half, starts=starts)


def test_the_part_is_the_effect_times_the_share_of_those_who_had_started() -> None:
    assert explained("2025-03", 100, [an_effect()]) == pytest.approx((-0.6, -0.9, -0.3))
    assert explained("2025-04", 100, [an_effect()]) == pytest.approx((-1.6, -2.4, -0.8))
    assert explained("2025-01", 100, [an_effect()]) is None
    assert explained("2025-04", 100, []) is None


def test_nobody_counts_for_more_than_all_who_were_read() -> None:
    assert explained("2025-04", 40, [an_effect()]) == pytest.approx((-2.0, -3.0, -1.0))
    assert explained("2025-04", 0, [an_effect()]) is None


def test_ends_of_several_initiatives_are_added() -> None:
    both = explained("2025-04", 80, [an_effect(), an_effect(value=1.0, half=0.5)])
    assert both == pytest.approx((-1.0, -2.5, 0.5))


@pytest.mark.parametrize(("grade", "claimable", "shown"), [("A", True, 1), ("C", True, 0), ("B", False, 0)])
@pytest.mark.django_db
def test_only_answers_that_may_be_relied_on_explain_anything(
    cast: Cast, run_: Run, grade: str, claimable: bool, shown: int
) -> None:
    with_goal(cast)
    Run.objects.filter(pk=run_.pk).update(grade=grade, claimable=claimable)
    viewer = cast.viewer("leader")
    document = plan_of(viewer)
    assert document is not None
    (found,) = pictures_of(viewer, document, document.plan.objectives[0])
    assert found.figure is not None
    assert len(found.parts) == shown
    assert ("our initiatives account for" in found.figure.title) == bool(shown)
    assert ("Without the initiatives" in found.figure.table.columns) == bool(shown)


@pytest.mark.django_db
def test_the_page_of_an_objective_opens_with_the_picture(cast: Cast, run_: Run) -> None:
    with_goal(cast)
    document = plan_of(cast.viewer("leader"))
    assert document is not None
    text = page(cast, f"objectives/{document.plan.objectives[0].id}/")
    assert text.index("Is it moving, and because of us?") < text.index("What we do about it")
    assert "goal 8 calls by 31 December 2030" in text
    assert 'class="chart wide"' in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", sorted(MODES))
def test_the_picture_is_accessible_at_every_width(cast: Cast, home: Path, opened: Opener, mode: str) -> None:
    run = with_answer(cast, home)
    with_goal(cast)
    Run.objects.filter(pk=run.pk).update(grade="A", claimable=True)
    document = plan_of(cast.viewer("leader"))
    assert document is not None
    page = opened(f"/o/nordvik/objectives/{document.plan.objectives[0].id}/", cast.users["leader"], mode=mode)
    accessible(page, f"objective-{mode}")
    shown = page.locator("svg.chart:visible")
    assert shown.count() == 1
