"""The effect by role, site and the like for one reader; what was shown before is remembered and guards what follows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from upshot.report.facts import SliceFacts
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.keeping import answer_of
from upshot.web.measures.models import Run
from upshot.web.measures.states import facts_state
from upshot.web.privacy.services import answered, remember
from upshot.workspace.answers import Answer
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.slicing import dimensions_of, slices_of

__all__ = ["Shown", "slices_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Tables a reader may see, the fields there are, or why there are none."""

    tables: tuple[SliceFacts, ...] = ()
    dimensions: tuple[str, ...] = ()
    reason: str = ""


def slices_for(
    viewer: Viewer, run: Run, *, by: Sequence[str] | None = None, where: Mapping[str, Collection[str]] | None = None
) -> Shown:
    """Slice an answer for a reader, and remember what they were shown.

    Only the newest data are sliced, so that nobody subtracts two answers of nearly the same people.
    Two requests of one reader wait for each other: neither may miss what the other showed.
    """
    if run.as_of is not None or run.inputs["data"] != facts_state(viewer.workspace):
        return Shown(reason="changed")
    answer = answer_of(viewer.workspace, run)
    if answer is None:
        return Shown(reason="changed")
    known = dimensions_of(answer)
    wanted = [name for name in (by or known) if name in known and name not in (where or {})]
    return Shown(tables=_through_the_gate(viewer, run, answer, wanted, where), dimensions=known)


@transaction.atomic
def _through_the_gate(
    viewer: Viewer,
    run: Run,
    answer: Answer,
    by: Sequence[str],
    where: Mapping[str, Collection[str]] | None,
) -> tuple[SliceFacts, ...]:
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    subject = f"{run.initiative}/{run.kpi}"
    kept = answered(viewer, subject=subject, fingerprint=run.inputs["data"])
    gate = Disclosure(minimum=viewer.minimum_group).having(*kept)
    found = slices_of(viewer.workspace, answer, by, where=where, asked_before=gate)
    remember(viewer, subject=subject, fingerprint=run.inputs["data"], selections=found.disclosure.answered)
    return found.facts
