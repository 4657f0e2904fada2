"""Bring frameworks in and hand them out, make one of the plan's competencies, retire items, and set levels."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.competencies.case import Body, Package, read_package, written
from upshot.web.competencies.catalogues import read_catalogue
from upshot.web.competencies.keys import free_key, label_of
from upshot.web.competencies.known import plan_of
from upshot.web.competencies.levels import Level
from upshot.web.competencies.models import Association, Framework, Item, Scale

__all__ = ["Brought", "bring_in", "export", "from_plan", "restore", "retire", "set_levels", "use"]

_BATCH = 500
MOST_LEVELS = 9
Source = Framework.Source
_LACKED = gettext_noop("The newer file lacks it.")
_ENDED = gettext_noop("Its file says when it ended.")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file changed: items new, changed, and retired because the file lacks them."""

    framework: Framework
    added: int
    changed: int
    gone: int


def bring_in(*, viewer: Viewer, name: str, data: bytes) -> Brought:
    """Bring in a framework's file, or a newer one of it; the same file again changes nothing.

    Raises
    ------
    InputError
        With everything wrong in the file; nothing is stored then.
    """
    if name.lower().endswith(".json"):
        source, package = Source.CASE, read_package(data)
    else:
        told, package = read_catalogue(data, name)
        source = Source(told)
    return _keep(viewer, source, package)


@transaction.atomic
def _keep(
    viewer: Viewer, source: Framework.Source, package: Package, names: Mapping[str, str] | None = None
) -> Brought:
    framework, _new = Framework.objects.select_for_update().get_or_create(
        organisation=viewer.organisation, identifier=package.identifier,
        defaults={"title": str(package.document["title"])[:300], "source": source, "body": package.document,
                  "brought_by": viewer.user},
    )  # fmt: skip
    framework.title, framework.body = str(package.document["title"])[:300], package.document
    framework.rest, framework.wrapped, framework.licence = package.rest, package.wrapped, package.licence
    framework.save()
    added, changed, gone = _items(viewer, framework, package.items, names or _planned(viewer))
    framework.associations.all().delete()
    Association.objects.bulk_create(_associations(framework, package.associations), batch_size=_BATCH)
    record(viewer, "framework-brought-in", str(framework.pk), added=added, changed=changed, gone=gone)
    return Brought(framework, added, changed, gone)


def _items(
    viewer: Viewer, framework: Framework, bodies: Sequence[Body], names: Mapping[str, str]
) -> tuple[int, int, int]:
    kept = {one.identifier: one for one in framework.items.all()}
    taken = set(Item.objects.filter(organisation=viewer.organisation).values_list("key", flat=True))
    planned = {uri: key for uri, key in names.items() if key not in taken}
    taken |= set(planned.values())
    new, changed = list[Item](), list[Item]()
    for position, body in enumerate(bodies):
        item = kept.pop(str(body["identifier"]), None)
        if item is None:
            new.append(_item(viewer, framework, body, position, taken, planned))
        elif (item.body, item.position, item.in_file) != (body, position, True):
            _renew(item, body, position)
            changed.append(item)
    gone = [one for one in kept.values() if one.in_file]
    for item in gone:
        item.in_file = False
        if item.retired is None:
            item.retired, item.retired_why = timezone.localdate(), _LACKED
    Item.objects.bulk_create(new, batch_size=_BATCH)
    fields = ["body", "position", "label", "in_file", "retired", "retired_why"]
    Item.objects.bulk_update([*changed, *gone], fields, batch_size=_BATCH)
    return len(new), len(changed), len(gone)


def _renew(item: Item, body: Body, position: int) -> None:
    """Take over what a newer file says; what was retired by hand stays so."""
    item.body, item.position, item.label, item.in_file = body, position, label_of(body), True
    if item.retired is None or item.retired_why in (_LACKED, _ENDED):
        item.retired, item.retired_why = _ended(body)


def _planned(viewer: Viewer) -> dict[str, str]:
    """Names of the plan's competencies by the address of the item they say they are."""
    plan = plan_of(viewer.organisation)
    return {one.case_uri: one.id for one in plan.competencies if one.case_uri} if plan is not None else {}


def _item(
    viewer: Viewer, framework: Framework, body: Body, position: int, taken: set[str], planned: dict[str, str]
) -> Item:
    uri = str(body.get("uri") or "")[:1000]
    key = planned.pop(uri, "") or planned.pop(str(body["identifier"]), "")
    retired, why = _ended(body)
    return Item(
        organisation=viewer.organisation, framework=framework, identifier=str(body["identifier"]), uri=uri,
        key=key or free_key(body, taken), label=label_of(body), position=position, body=body,
        used=framework.source in (Source.CASE, Source.OWN) or bool(key), retired=retired, retired_why=why,
    )  # fmt: skip


def _ended(body: Body) -> tuple[dt.date | None, str]:
    """The day on which an item ended by its file, and that the file says so."""
    try:
        day = dt.date.fromisoformat(str(body.get("statusEndDate") or "")[:10])
    except ValueError:
        return None, ""
    return (day, _ENDED) if day <= timezone.localdate() else (None, "")


def _associations(framework: Framework, bodies: Sequence[Body]) -> list[Association]:
    return [
        Association(
            framework=framework, identifier=str(body["identifier"]), kind=str(body["associationType"]),
            origin=str(body["originNodeURI"]["identifier"]), position=position, body=body,
            destination=str(body["destinationNodeURI"]["identifier"]),
        )
        for position, body in enumerate(bodies)
    ]  # fmt: skip


def export(framework: Framework) -> Body:
    """The framework as a CASE package."""
    items = framework.items.filter(in_file=True).order_by("position").values_list("body", flat=True)
    links = framework.associations.order_by("position").values_list("body", flat=True)
    package = Package(
        document=framework.body, items=list(items), associations=list(links), rest=framework.rest,
        wrapped=framework.wrapped,
    )  # fmt: skip
    return written(package)


@transaction.atomic
def from_plan(*, viewer: Viewer) -> Brought:
    """Make a framework of the plan's competencies that no framework has yet, so that it can be handed out.

    Raises
    ------
    InputError
        If the plan names none that is missing.
    """
    plan = plan_of(viewer.organisation)
    taken = set(Item.objects.filter(organisation=viewer.organisation).exclude(
        framework__source=Source.OWN).values_list("key", flat=True))  # fmt: skip
    named = [one for one in plan.competencies if one.id not in taken] if plan is not None else []
    if not named:
        text = _("The plan names no competency that no framework has.")
        raise InputError(Problem(code="nothing-planned", text=text, fix=_("Add one to the plan, or bring in a file.")))
    uri = f"urn:upshot:{viewer.organisation.slug}:competencies"
    now = timezone.now().replace(microsecond=0).isoformat()
    document: Body = {
        "identifier": str(uuid.uuid5(uuid.NAMESPACE_URL, uri)), "uri": uri, "creator": viewer.organisation.name,
        "title": _("Competencies of the plan"), "adoptionStatus": "Adopted", "lastChangeDateTime": now,
    }  # fmt: skip
    items: list[Body] = [
        {
            "identifier": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{uri}:{one.id}")), "uri": f"{uri}:{one.id}",
            "humanCodingScheme": one.id, "fullStatement": one.label or one.id, "CFItemType": "Competency",
            "lastChangeDateTime": now,
        }
        for one in named
    ]  # fmt: skip
    package = Package(document=document, items=items, associations=[])
    return _keep(viewer, Source.OWN, package, {body["uri"]: body["humanCodingScheme"] for body in items})


def use(*, viewer: Viewer, item: Item, used: bool) -> None:
    """Let scenarios and the map name an item of a catalogue, or no longer."""
    Item.objects.filter(pk=item.pk).update(used=used)
    record(viewer, "competency-used" if used else "competency-unused", item.key)


def retire(*, viewer: Viewer, item: Item, why: str) -> None:
    """Take an item out of use from today on, with the reason; its evidence stays.

    Raises
    ------
    InputError
        Without a reason.
    """
    if not why.strip():
        text = _("It is not said why.")
        raise InputError(Problem(code="no-reason", text=text, fix=_("Write a reason; it stays with the history.")))
    today = timezone.localdate()
    body = {**item.body, "statusEndDate": str(today)}
    Item.objects.filter(pk=item.pk, retired=None).update(retired=today, retired_why=why.strip()[:300], body=body)
    record(viewer, "competency-retired", item.key)


def restore(*, viewer: Viewer, item: Item) -> None:
    """Bring a retired item back."""
    body = {key: value for key, value in item.body.items() if key != "statusEndDate"}
    Item.objects.filter(pk=item.pk).update(retired=None, retired_why="", body=body)
    record(viewer, "competency-restored", item.key)


def set_levels(*, viewer: Viewer, key: str, levels: Sequence[Level], practice_up_to: int) -> None:
    """Set the levels of a competency; everybody's level follows from their log by them at once.

    Raises
    ------
    InputError
        If there are fewer than two levels or more than nine, one twice, or practice would reach the top one.
    """
    problems = list[Problem]()
    names = [one.name for one in levels]
    if not 2 <= len(levels) <= MOST_LEVELS:
        text = _("A scale has two to nine levels; this has %(n)s.") % {"n": len(levels)}
        problems.append(Problem(code="levels", text=text, fix=_("Write one level a line.")))
    if len(set(names)) < len(names):
        problems.append(Problem(code="level-twice", text=_("Two levels have the same name."), fix=_("Rename one.")))
    if not 0 <= practice_up_to < max(2, len(levels) - 1):
        text = _("Practice cannot set the highest level: only work shows it.")
        problems.append(Problem(code="practice-too-high", text=text, fix=_("Choose a lower one.")))
    if problems:
        raise InputError(problems)
    kept = [{"name": one.name, "anchor": one.anchor} for one in levels]
    Scale.objects.update_or_create(
        organisation=viewer.organisation, competency=key, defaults={"levels": kept, "practice_up_to": practice_up_to}
    )
    record(viewer, "competency-levels-set", key, levels=len(kept))
