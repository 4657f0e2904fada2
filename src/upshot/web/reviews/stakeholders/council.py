"""The works council's page: which data are kept and why, who looked by role, what changed, what runs by itself."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Max, Sum
from django.utils.functional import Promise as Lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import RoleGrant
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.models import Access, Event
from upshot.web.lrs.models.governance import RetentionRule
from upshot.web.plans.models import Function
from upshot.web.privacy.stores import stores
from upshot.web.reviews.promises import since_of, unsigned_by
from upshot.web.reviews.selectors import plan_of
from upshot.web.surveys.models import Use

__all__ = ["CHANGES", "SEEN", "Consultation", "Kept", "Look", "Setting", "consultation_of", "kept_data"]

SEEN = "council-page-seen"
"""The audit's word for a look at this page."""
_QUARTER = dt.timedelta(days=90)

CHANGES: Mapping[str, str | Lazy] = {
    "role-granted": _("A role was given"),
    "role-revoked": _("A role was taken away"),
    "member-invited": _("Somebody was invited"),
    "member-removed": _("Somebody’s access ended"),
    "retention-set": _("How long statements are kept was set"),
    "retention-rule-deleted": _("A rule on how long statements are kept was deleted"),
    "retention-applied": _("Statements past their time were deleted"),
    "messages-house-changed": _("How the firm writes to people changed"),
    "channel-added": _("A shared channel was added"),
    "channel-removed": _("A shared channel was removed"),
    "survey-begun": _("A survey began"),
    "survey-ended": _("A survey ended"),
    "mapping-kept": _("Which columns an import takes changed"),
    "key-made": _("A key of the learning record store was made"),
    "key-changed": _("A key of the learning record store changed"),
    "key-rotated": _("A key of the learning record store was renewed"),
    "key-withdrawn": _("A key of the learning record store was withdrawn"),
    "statements-exported": _("Learning records were exported"),
    "rules-kept": _("The rules that act by themselves changed"),
    "rule-let-go-on": _("A rule that had stopped was let go on"),
    "motivation-on": _("Motivation by consent was switched on"),
    "motivation-off": _("Motivation by consent was switched off"),
    "motivation-set": _("The firm’s settings of motivation changed"),
    "motivation-programme-set": _("Motivation elements of a programme were set"),
    "evidence-set-aside": _("Evidence of competence was set aside"),
    "evidence-counts-again": _("Evidence that was set aside counts again"),
    "person-exported": _("Somebody’s data were exported"),
    "own-data-exported": _("Somebody exported their own data"),
    "person-erased": _("Somebody’s data were erased"),
}
"""What of the audit concerns people's data or how they are treated, in words; requests stand at the end."""
REQUESTS = frozenset({"person-exported", "own-data-exported", "person-erased"})

_NOTE = re.compile(r"Personal data:\s*(?P<held>.*?)\s*Retired:\s*(?P<until>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kept:
    """One class of data about people: what it is for, what is held, and until when."""

    label: str
    held: str
    until: str


@dataclass(frozen=True, slots=True)
class Look:
    """How often people in a role looked at personal data for a purpose, and at how many people's."""

    role: str
    purpose: str
    looks: int
    people: int


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that changed or was asked for: what, how often, and when last."""

    label: str
    times: int
    last: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """The page; counts of looks cover ninety days, changes the time since the viewer's last look."""

    to_sign: tuple[tuple[str, str], ...]
    kept: tuple[Kept, ...]
    looks: tuple[Look, ...]
    changes: tuple[Setting, ...]
    requests: tuple[Setting, ...]
    retention: tuple[tuple[str, int], ...]
    surveys: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    since: dt.date
    looks_since: dt.date


def consultation_of(viewer: Viewer, *, on: dt.date) -> Consultation:
    """Everything the page shows; without a plan that loads, what does not rest on one."""
    document, since = plan_of(viewer), since_of(viewer, SEEN)
    missing = unsigned_by(viewer, document.plan, Function.COUNCIL) if document is not None else ()
    changed = _changed(viewer, since)
    return Consultation(
        to_sign=tuple((item.id, item.title or item.id) for item in missing),
        kept=kept_data(),
        looks=_looks(viewer, on - _QUARTER),
        changes=tuple(one for name, one in changed.items() if name not in REQUESTS),
        requests=tuple(one for name, one in changed.items() if name in REQUESTS),
        retention=_retention(viewer),
        surveys=_surveys(viewer),
        rules=import_string(settings.RULES_IN_FORCE)(viewer.organisation),
        since=since,
        looks_since=on - _QUARTER,
    )


def kept_data() -> tuple[Kept, ...]:
    """What each store says of itself: the note that every table with personal data has to carry."""
    return tuple(sorted(_kept(), key=lambda one: one.label.casefold()))


def _kept() -> Iterator[Kept]:
    for store in stores():
        for path in store.models:
            model = apps.get_model(path)
            said = " ".join((model.__doc__ or "").split())
            note = _NOTE.search(said)
            if note is not None and not note["held"].startswith("none"):
                yield Kept(said.partition(". ")[0].rstrip("."), note["held"].rstrip("."), note["until"].rstrip("."))


def _looks(viewer: Viewer, since: dt.date) -> tuple[Look, ...]:
    """By role and purpose: somebody with several roles counts in the first of them only, so that looks add up."""
    role_of = _roles(viewer)
    found = Access.objects.filter(organisation=viewer.organisation, at__date__gte=since)
    rows = found.values("user", "purpose").annotate(looks=Count("pk"), seen=Sum("people")).order_by()
    looks: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        count = looks[role_of.get(row["user"], str(_("No longer a member"))), row["purpose"]]
        count[0] += row["looks"]
        count[1] += row["seen"]
    return tuple(Look(role, purpose, *looks[role, purpose]) for role, purpose in sorted(looks))


def _roles(viewer: Viewer) -> dict[int, str]:
    order = {role.value: at for at, role in enumerate(Role)}
    grants = RoleGrant.objects.filter(membership__organisation=viewer.organisation)
    found = sorted(grants.values_list("membership__user", "role"), key=lambda pair: -order[pair[1]])
    return {user: str(Role(role).label) for user, role in found}


def _changed(viewer: Viewer, since: dt.date) -> dict[str, Setting]:
    found = Event.objects.filter(organisation=viewer.organisation, action__in=CHANGES, at__date__gte=since)
    rows = found.values("action").annotate(times=Count("pk"), last=Max("at")).order_by()
    known = {row["action"]: Setting(str(CHANGES[row["action"]]), row["times"], row["last"].date()) for row in rows}
    return {name: known[name] for name in CHANGES if name in known}


def _retention(viewer: Viewer) -> tuple[tuple[str, int], ...]:
    found = RetentionRule.objects.filter(organisation=viewer.organisation)
    return tuple((f"{rule.get_kind_display()} {rule.value}".strip(), rule.days) for rule in found)


def _surveys(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Surveys that are sent now, by name, and for which initiative."""
    found = Use.objects.filter(organisation=viewer.organisation, ended=None).select_related("text")
    return tuple((f"{use.text.name} ({use.text.number})", use.initiative) for use in found.defer("text__body"))
