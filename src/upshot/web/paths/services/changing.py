"""When a path changes after people began: what would change for how many, and the leader's choice carried out."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan.progress import progress
from upshot.plan.rolepath import PathChange, RolePath, changed
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.lrs.store.transactions import repeated
from upshot.web.paths.models import Enrolment, PathVersion
from upshot.web.paths.services.settling import settled
from upshot.web.paths.walking import facts_of, path_of

__all__ = ["Shift", "choose", "shifts_to"]

Choice = PathVersion.Choice
State = Enrolment.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """People under way on one older version, and what moving them to the newer one would do.

    Parameters
    ----------
    people
        How many are under way on it.
    more, fewer
        How many of them would have more, and fewer, steps left to do than now.
    through
        How many of the latter would be through at once.
    """

    version: PathVersion
    change: PathChange
    people: int
    more: int
    fewer: int
    through: int


def shifts_to(version: PathVersion) -> list[Shift]:
    """For each older version that people are under way on, what would change for how many if they moved."""
    after = path_of(version)
    groups: dict[int, list[Enrolment]] = {}
    for enrolment in _under_way(version):
        groups.setdefault(enrolment.version_id, []).append(enrolment)
    return [_shift(own, after) for _pk, own in sorted(groups.items(), reverse=True)]


def _under_way(version: PathVersion) -> list[Enrolment]:
    """People who began an older version and are not through."""
    found = Enrolment.objects.filter(
        organisation=version.organisation_id,
        initiative=version.initiative,
        done=None,
        state__in=(State.ACTIVE, State.PAUSED),
    ).exclude(version=version)
    return list(found.exclude(begun=None).select_related("version").prefetch_related("records", "certificates"))


def _shift(enrolments: list[Enrolment], after: RolePath) -> Shift:
    version = enrolments[0].version
    pairs = [(_left(path_of(version), one), _left(after, one)) for one in enrolments]
    return Shift(
        version=version,
        change=changed(path_of(version), after),
        people=len(enrolments),
        more=sum(then > now for now, then in pairs),
        fewer=sum(then < now for now, then in pairs),
        through=sum(then == 0 < now for now, then in pairs),
    )


def _left(path: RolePath, enrolment: Enrolment) -> int:
    """Steps that are asked for and do not count yet."""
    asked = {step.id for step in path.asked}
    walked = progress(path, facts_of(enrolment), starts=enrolment.starts)
    return sum(not one.counts for one in walked.steps if one.step.id in asked)


def choose(*, viewer: Viewer, version: PathVersion, choice: str, on: dt.date | None = None) -> int:
    """Carry the leader's choice out for everybody under way on an older version; how many were moved.

    Whoever has not begun is on today's version already, and whoever is through stays so, with the certificate of the
    version they met. What somebody did is kept either way. The choice can be made again the other way for those who
    are still on older versions.

    Raises
    ------
    InputError
        If it is neither choice, or the version is not the newest one.
    """
    if choice not in (Choice.FINISH, Choice.MOVE):
        raise InputError(Problem(code="choice", text=_("Choose one of the two."), column="choice"))
    newest = PathVersion.objects.filter(organisation=version.organisation_id, initiative=version.initiative)
    if newest.order_by("-number").values_list("pk", flat=True).first() != version.pk:
        text = _("The path changed again meanwhile.")
        raise InputError(Problem(code="older-version", text=text, fix=_("Look at the newest change and choose there.")))

    def work() -> int:
        PathVersion.objects.filter(pk=version.pk).update(choice=choice, chosen=timezone.now(), chosen_by=viewer.user)
        if choice == Choice.FINISH:
            return 0
        moved = _under_way(version)
        for enrolment in moved:
            enrolment.version = version
        Enrolment.objects.bulk_update(moved, ["version"], batch_size=500)
        settled(moved, {one.pk: facts_of(one) for one in moved}, on=on).store()
        return len(moved)

    count = repeated(work)
    record(viewer, "path-choice", f"{version.initiative} version {version.number}", choice=choice, people=count)
    return count
