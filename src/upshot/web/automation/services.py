"""Keep rules: as versions, only when they load, and with a yes to the count where one would reach very many."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.automation.facts import Facts, directory_of
from upshot.web.automation.language.reading import parse
from upshot.web.automation.language.words import Rule, Ruleset
from upshot.web.automation.models import Occurrence, RuleState, RuleVersion
from upshot.web.automation.running import digest_of, new_happenings, state_of
from upshot.web.automation.selectors import current, known_of
from upshot.web.automation.trying import Tried, try_rule

__all__ = ["AskFirst", "Asked", "keep_rules", "leave_out", "let_go_on"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule that would reach very many, and what it would have done."""

    rule: Rule
    tried: Tried


class AskFirst(InputError):  # noqa: N818 - a question, not a mistake
    """Rules that would reach very many people are kept only with a yes to the count; ``asked`` says which."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self.asked = tuple(asked)
        super().__init__([_problem(one) for one in self.asked])

    @property
    def people(self) -> int:
        """The largest count: a yes to it is a yes to all."""
        return max(max(one.tried.reach, one.tried.most) for one in self.asked)


def _problem(one: Asked) -> Problem:
    said = {"rule": one.rule.title, "people": max(one.tried.reach, one.tried.most), "staff": one.tried.staff}
    text = _("“%(rule)s” would reach %(people)s of %(staff)s people within a month.") % said
    return Problem(code="very-many", text=text, fix=_("Say yes to the count, or narrow the rule."))


def keep_rules(
    *, viewer: Viewer, facts: Facts, text: str, base: int, note: str = "", agreed: int | None = None
) -> RuleVersion:
    """Keep a new version of the rules.

    Parameters
    ----------
    base
        Number of the version that was edited: where somebody kept another one since, nothing is overwritten.
    agreed
        The count of people that somebody said yes to.

    Raises
    ------
    RuleError
        With every problem, each with its line.
    AskFirst
        If a rule that is new or changed would reach very many people and nobody said yes to as many.
    InputError
        If there is a newer version than the one that was edited.
    """
    rules = parse(text, known_of(viewer.organisation, facts.plan))
    before = current(viewer.organisation)
    if before.number != base:
        raise _overtaken()
    if before.text == text:
        return before
    changed = _changed(viewer.organisation, rules, before.text, facts)
    directory = directory_of(viewer.organisation)
    asked = [Asked(rule, tried) for rule in changed if (tried := try_rule(facts, rule, directory)).asks(rule)]
    if asked and (agreed is None or agreed < AskFirst(asked).people):
        raise AskFirst(asked)
    return _store(viewer, rules, changed, text, base, note, facts)


def _overtaken() -> InputError:
    text = _("Somebody kept other rules while you wrote.")
    fix = _("Your text is still here: copy it, look at the newest version, and put the two together.")
    return InputError(Problem(code="overtaken", text=text, fix=fix))


def _changed(organisation: Organisation, rules: Ruleset, before: str, facts: Facts) -> list[Rule]:
    """Active rules that are new or read otherwise than in the version before."""
    try:
        known = {digest_of(rule) for rule in parse(before, known_of(organisation, facts.plan)).rules}
    except InputError:
        known = set()
    return [rule for rule in rules.rules if rule.active and digest_of(rule) not in known]


def _store(
    viewer: Viewer, rules: Ruleset, changed: list[Rule], text: str, base: int, note: str, facts: Facts
) -> RuleVersion:
    organisation = viewer.organisation
    try:
        with transaction.atomic():
            version = RuleVersion.objects.create(
                organisation=organisation, number=base + 1, text=text, note=note, author=viewer.user, at=timezone.now()
            )
            RuleState.objects.filter(organisation=organisation).exclude(
                rule__in=[rule.id for rule in rules.rules]
            ).delete()
            for rule in changed:
                state_of(organisation, rule, facts.today)
            record(
                viewer, "rules-kept", f"rules {version.number}", rules=len(rules.rules), changed=[r.id for r in changed]
            )
    except IntegrityError:
        raise _overtaken() from None
    return version


@transaction.atomic
def let_go_on(*, viewer: Viewer, rule: Rule, facts: Facts) -> int:
    """Let a rule that stopped go on with as many people as it stopped before; how many."""
    state = state_of(viewer.organisation, rule, facts.today)
    if state.held is None:
        return 0
    people = state.held
    state.allowed, state.held = people, None
    state.save()
    record(viewer, "rule-let-go-on", rule.id, people=people)
    return people


@transaction.atomic
def leave_out(*, viewer: Viewer, rule: Rule, facts: Facts) -> int:
    """Leave out what a rule stopped before: it is noted, nobody is written to. How many things."""
    state = state_of(viewer.organisation, rule, facts.today)
    if state.held is None:
        return 0
    new = new_happenings(facts, rule, state)
    rows = [
        Occurrence(
            organisation=viewer.organisation, rule=rule.id, key=one.key, person=one.person, day=one.day, left_out=True
        )
        for one in new
    ]
    Occurrence.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    state.held = None
    state.save()
    record(viewer, "rule-left-out", rule.id, things=len(rows))
    return len(rows)
