"""Cards from attempts: every decision of a first attempt is asked again, as the plan's path says."""

import datetime as dt
from collections.abc import Sequence

from upshot.web.practice.ended import Ended
from upshot.web.practice.models import Scenario, ScenarioVersion
from upshot.web.practice.naming import lineage, translated
from upshot.web.spacing.models import Card
from upshot.web.spacing.rules import plan_of, rule_for
from upshot.web.spacing.schedule import Rule, after
from upshot.web.spacing.services.claiming import claim_task

__all__ = ["from_attempt", "keep_cards", "question_of"]


def from_attempt(ended: Ended) -> None:
    """Ask the decisions of a first attempt again from now on; a later one that passes days after may claim tier 6."""
    if ended.number > 1:
        claim_task(ended.organisation, ended.person, ended.scenario, ended.at, passed=ended.passed)
        return
    plan = plan_of(ended.organisation)
    version = ScenarioVersion.objects.select_related("scenario").get(scenario=ended.scenario, number=ended.version)
    rule = rule_for(plan, version.scenario) if plan is not None else None
    if rule is not None:
        keep_cards(ended, version, rule)


def keep_cards(ended: Ended, version: ScenarioVersion, rule: Rule) -> None:
    """One card a decision; what is there already is kept."""
    cards = [
        Card(
            organisation=ended.organisation, person=ended.person, scenario=version.scenario, version=version, step=step,
            initiative=rule.initiative, path_step=rule.step, first=ended.at, due=_due(memory), memory=memory,
        )
        for number, (step, right) in enumerate(ended.decisions, 1)
        for memory in (after(rule, None, right=right, at=ended.at, number=number),)
    ]  # fmt: skip
    Card.objects.bulk_create(cards, ignore_conflicts=True)


def _due(memory: dict[str, object]) -> dt.datetime:
    return dt.datetime.fromisoformat(str(memory["due"]))


def question_of(
    scenario: Scenario, versions: Sequence[ScenarioVersion], card: Card
) -> tuple[ScenarioVersion, str] | None:
    """The version learners have now and the step's name in it; nothing where the step is gone.

    Parameters
    ----------
    versions
        Every published version, oldest first.
    """
    at = next((place for place, one in enumerate(versions) if one.pk == card.version_id), None)
    if at is None or scenario.retired is not None:
        return None
    found = translated(card.step, "-", [dict(one.renamed) for one in versions[at + 1 :]])
    return (versions[-1], found[0]) if found is not None else None


def versions_of(version: ScenarioVersion) -> list[ScenarioVersion]:
    """Every published version of a version's scenario, oldest first."""
    return lineage(version)
