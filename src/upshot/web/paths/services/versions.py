"""Keep each wording of a path that people were on, and which one is today's."""

from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone

from upshot.plan.initiatives import Initiative
from upshot.plan.rolepath import RolePath
from upshot.web.accounts.models import Organisation
from upshot.web.paths.models import PathVersion

__all__ = ["versions_now"]


def versions_now(organisation: Organisation, initiatives: Iterable[Initiative]) -> dict[str, PathVersion]:
    """Today's version of each path, by initiative; one that is new is kept, corrected words are written over the old.

    A path that returns to an earlier wording is that version again.
    """
    wanted = {item.id: RolePath.of(item) for item in initiatives}
    there = PathVersion.objects.filter(organisation=organisation, initiative__in=wanted)
    known = {(one.initiative, one.hash): one for one in there}
    last = dict(there.order_by().values_list("initiative").annotate(Max("number")))
    found: dict[str, PathVersion] = {}
    for name, path in wanted.items():
        version = known.get((name, path.hash))
        if version is None:
            version = _kept(organisation, name, path, last.get(name, 0) + 1)
        elif version.body != path.dumps():
            version.body = path.dumps()
            version.save(update_fields=["body"])
        found[name] = version
    return found


def _kept(organisation: Organisation, initiative: str, path: RolePath, number: int) -> PathVersion:
    version, _ = PathVersion.objects.get_or_create(
        organisation=organisation,
        initiative=initiative,
        hash=path.hash,
        defaults={"number": number, "body": path.dumps(), "at": timezone.now()},
    )
    return version
