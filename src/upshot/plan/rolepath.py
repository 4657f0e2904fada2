"""A role path apart from its plan: kept as JSON, told apart by what it asks for, compared step by step."""

import hashlib
from dataclasses import dataclass, fields
from typing import Annotated, Self

from upshot.plan.canonical import compact_json, plain
from upshot.plan.decode import Found, decode, key_of
from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Recertify, Step
from upshot.plan.tree import read

__all__ = [
    "APPLIED",
    "FOLLOW_UP",
    "NOT_BEGUN",
    "PathChange",
    "RolePath",
    "at_work",
    "changed",
    "competency_urn",
    "is_asked",
    "names_of",
    "path_urn",
    "recorded_as",
    "step_urn",
]

APPLIED = ("applied", "signed-off", "demonstrated", "observed")
"""Verbs of learning records that say somebody used it at work."""
NOT_BEGUN = ("registered", "enrolled", "assigned", "invited", "waived", "withdrawn", "expired")
"""Verbs of learning records that do not say that somebody began."""

FOLLOW_UP = ("practice", "check-in")
"""Kinds of step that go on after the path: it is done without waiting for them."""
_WORDS = ("title", "minutes", "template")
"""Keys of a step that say the same thing better: to correct one asks for nothing new."""


def is_asked(step: Step) -> bool:
    """Whether the path is not done without the step."""
    return not step.optional and step.kind not in FOLLOW_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePath:
    """The steps of one initiative, and when they are renewed.

    Examples
    --------
    >>> path = RolePath(path=(Step(id="basics", kind="module", title="Basics"),))
    >>> RolePath.loads(path.dumps()) == path, path.hash == RolePath.loads(path.dumps()).hash
    (True, True)
    """

    path: Annotated[tuple[Step, ...], "Steps in order."] = ()
    recertify: Annotated[Recertify | None, "When people must renew it."] = None

    @classmethod
    def of(cls, initiative: Initiative) -> Self:
        """The path of an initiative."""
        return cls(path=tuple(step.resolved() for step in initiative.path), recertify=initiative.recertify)

    @classmethod
    def loads(cls, text: str) -> Self:
        """The path that `dumps` wrote."""
        found: list[Found] = []
        tree, _ = read(text)
        made: Self = decode(tree, cls, (), found)
        return made

    def dumps(self) -> str:
        """Canonical JSON."""
        return compact_json(plain(self))

    @property
    def hash(self) -> str:
        """SHA-256 of what is asked for; titles, minutes and the wording of a template make no difference."""
        asked = plain(self)
        for step in asked.get("path", ()):
            for key in _WORDS:
                step.pop(key, None)
        return hashlib.sha256(compact_json(asked).encode()).hexdigest()

    @property
    def asked(self) -> tuple[Step, ...]:
        """Steps without which the path is not done."""
        return tuple(step for step in self.path if is_asked(step))

    @property
    def renewing(self) -> tuple[Step, ...]:
        """Steps that renew a certificate."""
        named = self.recertify.path if self.recertify else ()
        return tuple(step for step in self.path if step.id in named) if named else self.asked

    def step(self, name: str) -> Step | None:
        """The step of this id."""
        return next((step for step in self.path if step.id == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """What differs between two versions of a path.

    Parameters
    ----------
    added, removed
        Steps of the newer, and of the older version only.
    altered
        Steps of both that ask for something else, with the keys that differ.
    renewal
        Whether the rule of renewal differs.
    """

    added: tuple[Step, ...] = ()
    removed: tuple[Step, ...] = ()
    altered: tuple[tuple[Step, tuple[str, ...]], ...] = ()
    renewal: bool = False


def changed(before: RolePath, after: RolePath) -> PathChange:
    """Compare two versions; steps are matched by their id."""
    old = {step.id: step for step in before.path}
    new = {step.id: step for step in after.path}
    pairs = ((new[name], _differing(old[name], new[name])) for name in new if name in old)
    return PathChange(
        added=tuple(step for name, step in new.items() if name not in old),
        removed=tuple(step for name, step in old.items() if name not in new),
        altered=tuple((step, keys) for step, keys in pairs if keys),
        renewal=before.recertify != after.recertify,
    )


def _differing(before: Step, after: Step) -> tuple[str, ...]:
    names = (item for item in fields(Step) if item.name not in _WORDS)
    return tuple(key_of(item) for item in names if getattr(before, item.name) != getattr(after, item.name))


def step_urn(initiative: str, step: str) -> str:
    """The activity that statements name for a step that has no address of its own.

    Examples
    --------
    >>> step_urn("value-selling", "my-plan")
    'urn:upshot:step:value-selling/my-plan'
    """
    return f"urn:upshot:step:{initiative}/{step}"


def path_urn(initiative: str) -> str:
    """The activity that statements name for a whole path."""
    return f"urn:upshot:path:{initiative}"


def competency_urn(competency: str) -> str:
    """The activity under which learning records keep how much of a competency was shown.

    Examples
    --------
    >>> competency_urn("staying-calm")
    'urn:upshot:competency:staying-calm'
    """
    return f"urn:upshot:competency:{competency}"


def names_of(initiative: str, step: Step) -> tuple[str, ...]:
    """Every name under which learning records may speak of a step.

    Examples
    --------
    >>> names_of("needs-first", Step(id="basics", kind="module", ref="lms:NF-101"))
    ('needs-first/basics', 'urn:upshot:step:needs-first/basics', 'lms:NF-101', 'NF-101')
    """
    ref = (step.ref, step.ref.rpartition(":")[2] if "://" not in step.ref else "") if step.ref else ()
    return tuple(dict.fromkeys(filter(None, (f"{initiative}/{step.id}", step_urn(initiative, step.id), *ref))))


def recorded_as(initiative: Initiative) -> tuple[str, ...]:
    """Every name of an activity that counts as taking part: those the plan lists, and the other names of their steps.

    The learning system says ``NF-101`` where the plan's step says ``lms:NF-101``, and the product has a name of its own
    for it; they are one step.

    Examples
    --------
    >>> from upshot.plan.initiatives import Records
    >>> step = Step(id="basics", kind="module", ref="lms:NF-101")
    >>> recorded_as(Initiative(id="nf", path=(step,), records=Records(activities=("NF-101",))))
    ('NF-101', 'nf/basics', 'urn:upshot:step:nf/basics', 'lms:NF-101')
    """
    listed = initiative.records.activities
    named = [names_of(initiative.id, step) for step in initiative.path]
    return tuple(dict.fromkeys((*listed, *(name for own in named if set(own) & set(listed) for name in own))))


def at_work(initiative: Initiative) -> tuple[str, ...]:
    """Activities whose records say that something was done at work: challenges and named actions.

    Examples
    --------
    >>> at_work(Initiative(id="nf", path=(Step(id="try-it", kind="challenge"),)))
    ('try-it', 'nf/try-it', 'urn:upshot:step:nf/try-it')
    """
    steps = [step for step in initiative.path if step.kind == "challenge"]
    named = [name for step in steps for name in (step.id, *names_of(initiative.id, step), step.title)]
    return tuple(dict.fromkeys(filter(None, (*named, *(action.id for action in initiative.actions)))))
