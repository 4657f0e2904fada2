"""Write scenarios: versions, comments, review by a second person, publishing; what has answers on it is not lost."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.scenario import examine, fingerprint
from upshot.scenario.document import Examined
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.practice.content import playable
from upshot.web.practice.models import Comment, Scenario, ScenarioVersion
from upshot.web.practice.naming import Homeless, answers_under, homeless, lineage

__all__ = [
    "ask_for_review",
    "comment",
    "homeless_of",
    "publish",
    "retire",
    "say_renamed",
    "send_back",
    "set_activity",
    "settle",
    "store",
]

State = ScenarioVersion.State


@transaction.atomic
def store(
    *,
    viewer: Viewer,
    text: str,
    scenario: Scenario | None = None,
    base: int = 0,
    note: str = "",
    not_converted: Sequence[str] = (),
) -> ScenarioVersion:
    """Store a text as the newest version; the same text again is the same version.

    Parameters
    ----------
    scenario
        What it is a version of; nothing makes a new scenario under the id in the text.
    base
        Number of the version the text was begun on.

    Raises
    ------
    InputError
        If the text has no id, another scenario's id, or somebody stored a version since ``base``. A text with other
        errors is stored: it can be gone on with, and not be published.
    """
    text = text.replace("\r\n", "\n")
    examined = examine(text)
    owner = _owner(viewer, examined, scenario)
    kept = list(ScenarioVersion.objects.filter(scenario=owner).order_by("-number")[:1])
    if kept and kept[0].text == text:
        return kept[0]
    if kept and kept[0].number != base:
        said = _("Version %(n)s was stored since you began.") % {"n": kept[0].number}
        raise InputError(Problem(code="newer-version", text=said, fix=_("Compare the two, then store again.")))
    made = ScenarioVersion.objects.create(
        scenario=owner,
        number=kept[0].number + 1 if kept else 1,
        text=text,
        title=(examined.draft.title if examined.draft else "")[:300] or owner.slug,
        fingerprint=fingerprint(examined.scenario) if examined.scenario else "",
        note=note.strip()[:300],
        author=viewer.user,
        not_converted=list(not_converted),
    )
    record(viewer, "scenario-stored", owner.slug, version=made.number)
    return made


def _owner(viewer: Viewer, examined: Examined, scenario: Scenario | None) -> Scenario:
    name = examined.draft.id if examined.draft is not None else ""
    if not name:
        if scenario is not None:
            return scenario
        raise InputError([one for one in examined.problems if one.kind == "error"])
    if scenario is not None:
        if name != scenario.slug:
            said = _("The id in the text is '%(new)s', but this scenario is '%(old)s'.")
            fix = _("Write the old id again, or make a new scenario of the text.")
            words = {"new": name, "old": scenario.slug}
            raise InputError(Problem(code="other-id", text=said % words, fix=fix))
        return scenario
    made, new = Scenario.objects.get_or_create(
        organisation=viewer.organisation, slug=name, defaults={"activity": own_activity(viewer.organisation, name)}
    )
    if not new:
        said = _("There is a scenario with the id '%(id)s' already.") % {"id": name}
        raise InputError(Problem(code="taken-id", text=said, fix=_("Give this one another id, or open that one.")))
    return made


def own_activity(organisation: Organisation, slug: str) -> str:
    """The address that learning records of a scenario carry, unless the plan names another."""
    return f"{settings.ENVIRONMENT.url.rstrip('/')}/o/{organisation.slug}/practice/{slug}/"


@transaction.atomic
def ask_for_review(*, viewer: Viewer, version: ScenarioVersion) -> None:
    """Ask somebody else to read a version.

    Raises
    ------
    InputError
        With every error in it.
    """
    found = _locked(version)
    if found.state != State.DRAFT:
        return
    errors = [one for one in examine(found.text).problems if one.kind == "error"]
    if errors:
        raise InputError(errors)
    _move(viewer, found, State.REVIEW, "scenario-review-asked")


@transaction.atomic
def send_back(*, viewer: Viewer, version: ScenarioVersion) -> None:
    """Make a version in review a draft again."""
    found = _locked(version)
    if found.state == State.REVIEW:
        _move(viewer, found, State.DRAFT, "scenario-sent-back")


@transaction.atomic
def publish(*, viewer: Viewer, version: ScenarioVersion, renamed: Mapping[str, str] | None = None) -> None:
    """Give a reviewed version to learners; attempts under way end on the version they began on.

    Parameters
    ----------
    renamed
        What became of ids that have answers on them: old to new, an empty name for gone.

    Raises
    ------
    InputError
        If the viewer wrote it, it is not in review, or ids with answers on them have no place in it.
    """
    found = _locked(version)
    if found.state == State.PUBLISHED:
        return
    _refuse_unready(viewer, found)
    said = {**found.renamed, **(renamed or {})}
    left = homeless_of(found, said)
    if left:
        raise InputError([_has_no_place(one) for one in left])
    current = found.scenario.versions.filter(state=State.PUBLISHED)
    current.update(state=State.REPLACED)
    found.reviewer, found.published, found.renamed = viewer.user, timezone.now(), said
    _move(viewer, found, State.PUBLISHED, "scenario-published")


@transaction.atomic
def say_renamed(*, viewer: Viewer, version: ScenarioVersion, renamed: Mapping[str, str]) -> None:
    """Note what became of ids with answers on them, on a version that is not published yet."""
    found = _locked(version)
    if found.published is None:
        found.renamed = {**found.renamed, **renamed}
        found.save(update_fields=["renamed"])
        record(viewer, "scenario-ids-mapped", found.scenario.slug, version=found.number, ids=len(renamed))


def homeless_of(version: ScenarioVersion, renamed: Mapping[str, str] | None = None) -> list[Homeless]:
    """Ids of the version learners have now that carry answers and have no place in this one."""
    before = lineage(version)
    if not before:
        return []
    old, new = playable(before[-1].text).scenario, playable(version.text).scenario
    return homeless(answers_under(before), old, new, renamed)


def _refuse_unready(viewer: Viewer, version: ScenarioVersion) -> None:
    if version.state != State.REVIEW:
        text = _("This version is not in review.")
        raise InputError(Problem(code="not-in-review", text=text, fix=_("Ask for a review first.")))
    if version.author_id == viewer.user.pk:
        text = _("You wrote this version, and a second person publishes it.")
        raise InputError(Problem(code="own-version", text=text, fix=_("Ask somebody else to read it.")))


def _has_no_place(one: Homeless) -> Problem:
    what = _("The choice") if one.is_choice else _("The step")
    text = _("%(what)s '%(id)s' has %(n)s answers and is not in this version.")
    fix = _("Say what it is called now, or that it is gone.")
    return Problem(code="no-place", text=text % {"what": what, "id": one.id, "n": one.answers}, fix=fix, value=one.id)


def _locked(version: ScenarioVersion) -> ScenarioVersion:
    """The version as it stands now, kept from others until this is done."""
    Scenario.objects.select_for_update().get(pk=version.scenario_id)
    return ScenarioVersion.objects.select_related("scenario").get(pk=version.pk)


def _move(viewer: Viewer, version: ScenarioVersion, state: State, action: str) -> None:
    version.state = state
    version.save(update_fields=["state", "reviewer", "published", "renamed"])
    record(viewer, action, version.scenario.slug, version=version.number)


def retire(*, viewer: Viewer, scenario: Scenario, retired: bool) -> None:
    """Close a scenario to learners, or open it again; its history stays."""
    Scenario.objects.filter(pk=scenario.pk).update(retired=timezone.now() if retired else None)
    record(viewer, "scenario-retired" if retired else "scenario-reopened", scenario.slug)


def set_activity(*, viewer: Viewer, scenario: Scenario, activity: str) -> None:
    """Record under another address from now on, such as one that the plan's path names already.

    Raises
    ------
    InputError
        If it is no address, or another scenario's.
    """
    name = activity.strip()
    scheme, colon, rest = name.partition(":")
    if not (colon and rest and scheme.isascii() and scheme[:1].isalpha()) or any(
        sign in name for sign in ' <>"{}|\\^`#'
    ):
        text = _("'%(name)s' is no address.") % {"name": name[:60]}
        fix = _("Write one with its kind in front, such as https://example.com/course or lms:NF-102.")
        raise InputError(Problem(code="no-address", text=text, fix=fix, column="activity"))
    if _others(scenario).filter(activity=name).exists():
        text = _("Another scenario is recorded under this address.")
        raise InputError(Problem(code="taken-address", text=text, column="activity"))
    Scenario.objects.filter(pk=scenario.pk).update(activity=name[:500])
    record(viewer, "scenario-address-set", scenario.slug)


def _others(scenario: Scenario) -> QuerySet[Scenario]:
    return Scenario.objects.filter(organisation=scenario.organisation_id).exclude(pk=scenario.pk)


@transaction.atomic
def comment(*, viewer: Viewer, version: ScenarioVersion, text: str) -> Comment:
    """Say something about a version; the same words twice in a row are said once."""
    said = text.strip()
    last = version.comments.order_by("-at").first()
    if last is not None and (last.text, last.author_id) == (said, viewer.user.pk):
        return last
    record(viewer, "scenario-commented", version.scenario.slug, version=version.number)
    return Comment.objects.create(version=version, text=said, author=viewer.user)


def settle(*, viewer: Viewer, number: int, settled: bool) -> None:
    """Mark a comment as settled, or open it again."""
    Comment.objects.filter(pk=number, version__scenario__organisation=viewer.organisation).update(
        settled=timezone.now() if settled else None
    )
