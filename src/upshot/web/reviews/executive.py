"""What the executive page says of each objective: KPI against goal, one sentence with grade, money, what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from upshot.plan import Document, Plan
from upshot.plan.initiatives import Initiative
from upshot.report.beside import money
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.imports.selectors import levels_for
from upshot.web.ledger.models import Entry
from upshot.web.measures.selectors import AnswerSummary, newest_answers
from upshot.web.reviews.alerts import readings_of
from upshot.web.reviews.dates import Due
from upshot.web.reviews.links import address
from upshot.web.reviews.selectors import calendar_of, plan_of, today
from upshot.web.reviews.trends import Trend, fewest_people, trend_of
from upshot.workspace.coverage import coverage_of

__all__ = ["Glance", "Line", "Said", "decisions_of", "glance_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One initiative on the page: its answer, its money, and what is asked or was decided."""

    title: str
    sentence: str
    grade: str = ""
    money: str = ""
    money_reason: str = ""
    asked: str = ""
    asked_url: str = ""
    decided: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One objective: its KPIs against their goals, and what was done about it, the best-known answer first."""

    statement: str
    trends: tuple[Trend, ...] = ()
    first: Said | None = None
    others: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The executive page.

    Parameters
    ----------
    spend
        Money planned over all initiatives, as printed; empty where nothing is priced.
    answered, shown
        Initiatives with an answer, and those whose effect is shown by experiment or a credible comparison.
    asked
        Decisions that wait.
    """

    lines: tuple[Line, ...]
    initiatives: int
    spend: str = ""
    answered: int = 0
    shown: int = 0
    asked: int = 0
    orphans: tuple[str, ...] = field(default=())


def glance_of(viewer: Viewer) -> Glance | None:
    """Everything the page says; ``None`` while the plan does not load."""
    document = plan_of(viewer)
    if document is None:
        return None
    plan = document.plan
    runs = newest_answers(viewer)
    ahead = {due.initiative: due for due in reversed(calendar_of(viewer.organisation, plan).ahead)}
    decided = decisions_of(viewer)
    said = {
        item.id: _said(viewer, item, runs.get(item.id), ahead.get(item.id), decided.get(item.id, ""))
        for item in plan.initiatives
    }
    trends = _trends(viewer, document)
    covered = coverage_of(plan)
    claimed = [run for run in runs.values() if run.proven]
    return Glance(
        lines=tuple(_line(plan, goal.id, goal.statement, trends[goal.id], said) for goal in plan.objectives),
        initiatives=len(plan.initiatives),
        spend=_spend(covered.spend, plan.currency),
        answered=len(runs),
        shown=len(claimed),
        asked=sum(1 for one in said.values() if one.asked),
        orphans=tuple(said[name].title for name in covered.orphans),
    )


def _spend(amount: Decimal, currency: str) -> str:
    return money(float(amount), currency) if amount else ""


def _trends(viewer: Viewer, document: Document) -> dict[str, tuple[Trend, ...]]:
    plan, (_feeds, series) = document.plan, readings_of(viewer.organisation, document, today())
    by_kpi, fewest = {one.kpi: one for one in series}, fewest_people(levels_for(viewer.organisation))
    return {
        goal.id: tuple(trend_of(plan, result, by_kpi, fewest, viewer.minimum_group) for result in goal.key_results)
        for goal in plan.objectives
    }


def decisions_of(viewer: Viewer) -> dict[str, str]:
    """The newest decision of each initiative, in a few words."""
    entries = Entry.objects.filter(organisation=viewer.organisation, kind=Entry.Kind.DECISION).order_by("number")
    return {
        entry.subject: _("%(decision)s, decided on %(day)s")
        % {
            "decision": str(entry.body.get("decision", "")).capitalize(),
            "day": f"{entry.at.day} {entry.at:%B %Y}",
        }
        for entry in entries
    }


def _line(plan: Plan, goal: str, statement: str, trends: tuple[Trend, ...], said: Mapping[str, Said]) -> Line:
    own = [said[item.id] for item in plan.initiatives if goal in item.serves]
    own.sort(key=lambda one: one.grade or "E")
    return Line(statement=statement, trends=trends, first=own[0] if own else None, others=tuple(own[1:]))


def _said(viewer: Viewer, item: Initiative, run: AnswerSummary | None, due: Due | None, decided: str) -> Said:
    asked, asked_url = _asked(viewer, due)
    title = item.title or item.id
    url = address(viewer, "impact", key=item.id)
    if not item.is_training:
        sentence = _("No training: the cause lies elsewhere.")
        return Said(title=title, sentence=sentence, decided=decided, asked=asked, asked_url=asked_url)
    if run is None:
        sentence = _("No answer yet.")
        return Said(title=title, sentence=sentence, decided=decided, asked=asked, asked_url=asked_url, url=url)
    worth, why = _worth(run)
    return Said(
        title=title,
        sentence=run.sentence,
        grade=run.grade,
        money=worth,
        money_reason=why,
        asked=asked,
        asked_url=asked_url,
        decided=decided,
        url=url,
    )


def _worth(run: AnswerSummary) -> tuple[str, str]:
    """Money with its interval; below grade B none is shown, whatever was computed."""
    if run.money and run.proven:
        return run.money, ""
    return "", run.money_reason or _("No money is put on an answer of this grade.")


def _asked(viewer: Viewer, due: Due | None) -> tuple[str, str]:
    if due is None:
        return "", ""
    late = due.day < today()
    text = _("Decide: was due on %(day)s") if late else _("Decide by %(day)s")
    url = address(viewer, "review", initiative=due.initiative, due=due.day.isoformat())
    return text % {"day": f"{due.day.day} {due.day:%B %Y}"}, url if viewer.may(Permission.REVIEW) else ""
