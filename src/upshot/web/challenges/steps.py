"""A challenge as the plan asks for it: the step a person is on, its checklist, and when people are asked later."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from upshot.errors import InputError, Problem, UpshotError
from upshot.plan import Plan
from upshot.plan.checklist import Checklist, parse_checklist
from upshot.plan.practice import ASKED, QUESTIONS, Step
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges.models import ChecklistText
from upshot.web.challenges.rules import CHECK_INS
from upshot.web.paths.models import Enrolment
from upshot.web.paths.walking import path_of
from upshot.web.plans.selectors import current_document

__all__ = ["Asks", "Later", "asks_of", "checklist_of", "kept_checklist", "later_asks"]

_GAP = re.compile(r"\{\w+\}")
_TEMPLATE = "If {cue}, then I will {action}"
_DAYS_IN_A_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What a path asks after a challenge was signed.

    Parameters
    ----------
    step
        Id of the path's check-in step; empty where it has none.
    days
        Days after the sign-off.
    questions
        In the plan's words (`upshot.plan.practice.QUESTIONS`).
    sources
        ``self`` and ``observer``, as far as they are asked.
    """

    step: str = ""
    days: tuple[int, ...] = CHECK_INS
    questions: tuple[str, ...] = QUESTIONS
    sources: tuple[str, ...] = ("self", "observer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What a challenge asks of somebody.

    Parameters
    ----------
    course
        Title of the initiative.
    watched
        What would be seen at work: the plan's actions.
    accepts
        Forms of evidence: ``text``, ``link``, ``file``.
    pieces
        How many pieces are needed.
    by
        Who signs, in the plan's word.
    file
        The checklist's file, as the plan names it.
    """

    initiative: str
    course: str
    step: Step
    template: str
    watched: tuple[str, ...]
    accepts: tuple[str, ...]
    pieces: int
    by: str
    file: str
    min_scaled: float | None

    @property
    def title(self) -> str:
        """How the challenge is printed."""
        return self.step.title or self.step.id


def asks_of(enrolment: Enrolment, step: str) -> Asks | None:
    """What the version a person is on asks at a step; ``None`` where it has no such challenge."""
    found = path_of(enrolment.version).step(step)
    if found is None or found.kind != "challenge":
        return None
    evidence, sign_off = found.evidence, found.sign_off
    plan = _plan(enrolment.organisation)
    item = next((one for one in plan.initiatives if one.id == enrolment.initiative), None) if plan else None
    template = next((one.template for one in item.path if one.template), None) if item else None
    return Asks(
        initiative=enrolment.initiative,
        course=(item.title if item else None) or enrolment.initiative,
        step=found,
        template=_GAP.sub("…", template or _TEMPLATE),
        watched=tuple(action.text for action in item.actions) if item else (),
        accepts=_forms(evidence.accepts if evidence else ()),
        pieces=evidence.min if evidence else 0,
        by=sign_off.by if sign_off else "manager",
        file=(sign_off.checklist if sign_off else None) or f"checklists/{enrolment.initiative}/{found.id}.yaml",
        min_scaled=sign_off.min_scaled if sign_off else None,
    )


def _plan(organisation: Organisation) -> Plan | None:
    try:
        return current_document(organisation).plan
    except UpshotError:
        return None


def _forms(accepts: tuple[str, ...]) -> tuple[str, ...]:
    """A recording is handed in as a file; where the plan names nothing, a text may be given."""
    forms = ["file" if one == "recording" else one for one in accepts] or ["text"]
    return tuple(one for one in ("text", "link", "file") if one in forms)


def checklist_of(organisation: Organisation, file: str) -> Checklist | None:
    """The checklist in a file of the workspace; ``None`` where there is no such file.

    Raises
    ------
    InputError
        If the file leads out of the workspace, or has errors.
    """
    text = _text(organisation, file)
    return parse_checklist(text, file) if text is not None else None


def kept_checklist(organisation: Organisation, file: str) -> ChecklistText | None:
    """The checklist as it reads now, kept so that later changes do not reach who planned by it.

    Raises
    ------
    InputError
        As `checklist_of`.
    """
    text = _text(organisation, file)
    if text is None:
        return None
    parse_checklist(text, file)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept, _ = ChecklistText.objects.get_or_create(organisation=organisation, hash=digest, defaults={"body": text})
    return kept


def _text(organisation: Organisation, file: str) -> str | None:
    root = workspace_of(organisation).root.resolve()
    path = (root / file).resolve()
    if not path.is_relative_to(root) or Path(file).suffix not in (".yaml", ".yml"):
        text = f"The plan names the checklist {file!r}, which is not a YAML file of the workspace."
        raise InputError(Problem(code="checklist-elsewhere", text=text, fix="Put it into the folder checklists."))
    return path.read_text(encoding="utf-8") if path.is_file() else None


def later_asks(enrolment: Enrolment) -> Later:
    """What the path's check-in step asks, of whom and when; without such a step, everything of both on the usual days.

    Whether it was used is always asked: the other answers say nothing without it.
    """
    found = next((step for step in path_of(enrolment.version).path if step.kind == "check-in"), None)
    if found is None:
        return Later()
    days = tuple(at.days + at.months * _DAYS_IN_A_MONTH for at in found.at)
    wanted = {"used_it", *found.asks} if found.asks else set(QUESTIONS)
    sources = {ASKED[word] for word in found.of if word in ASKED}
    return Later(
        step=found.id,
        days=tuple(sorted({day for day in days if day > 0})) or CHECK_INS,
        questions=tuple(one for one in QUESTIONS if one in wanted),
        sources=tuple(one for one in ("self", "observer") if one in sources),
    )
