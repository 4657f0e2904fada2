"""Lock initiatives with signatures that were given on paper, as the command line does: all of them, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.db import transaction

from upshot.errors import InputError, PlanError, Problem
from upshot.plan import part_of
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.plans.baselines import measured
from upshot.web.plans.models import Function, PromiseLock, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import lock_initiative, sign_on_paper

__all__ = ["lock_on_paper"]


def lock_on_paper(
    *,
    organisation: Organisation,
    version: Version,
    chosen: Sequence[str],
    names: Mapping[str, str],
    without: str | None,
) -> tuple[PromiseLock, ...]:
    """Sign and lock each initiative of a version.

    Parameters
    ----------
    chosen
        Identifiers of initiatives.
    names
        Who signed, by function.
    without
        Why no works council signs; ``None`` where one does.

    Raises
    ------
    PlanError
        With every problem of all of them; nothing is signed or locked then.
    """
    document = parsed(version.text)
    locked: list[PromiseLock] = []
    problems: list[Problem] = []
    with transaction.atomic():
        for key in chosen:
            record = partial(sign_on_paper, organisation=organisation, document=document, initiative_id=key)
            part = replace(document, plan=part_of(document.plan, key))
            try:
                for function, name in names.items():
                    record(function=Function(function), name=name)
                if without is not None:
                    record(function=Function.COUNCIL, reason=without)
                baseline = measured(workspace_of(organisation), part)
                row = lock_initiative(
                    organisation=organisation, viewer=None, version=version, initiative_id=key, baseline=baseline
                )
            except InputError as error:
                problems += [replace(problem, column=problem.column or key) for problem in error.problems]
            else:
                locked.append(row)
        if problems:
            transaction.set_rollback(True)
    if problems:
        raise PlanError(problems)
    return tuple(locked)
