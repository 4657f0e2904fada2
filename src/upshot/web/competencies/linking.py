"""Draw the map's lines from actions to competencies."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.competencies.models import ActionLink

__all__ = ["draw"]


@transaction.atomic
def draw(*, viewer: Viewer, initiative: str, takes: Mapping[str, Sequence[str]]) -> int:
    """Say which competencies each action of an initiative takes; how many lines changed.

    Parameters
    ----------
    takes
        Competencies by action; actions that are not in it keep their lines.
    """
    kept = ActionLink.objects.select_for_update().filter(
        organisation=viewer.organisation, initiative=initiative, action__in=list(takes)
    )
    before = set(kept.values_list("action", "competency"))
    after = {(action, one) for action, many in takes.items() for one in many}
    for action, competency in before - after:
        kept.filter(action=action, competency=competency).delete()
    ActionLink.objects.bulk_create(
        (
            ActionLink(
                organisation=viewer.organisation, initiative=initiative, action=action, competency=competency,
                drawn_by=viewer.user,
            )
            for action, competency in sorted(after - before)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    changed = len(before ^ after)
    if changed:
        record(viewer, "map-drawn", initiative, lines=changed)
    return changed
