"""Once a month, what sponsors, finance and the works council each have to sign, to decide and to know."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.report.numbers import long_date
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.recipients import of_member
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.plans.models import Function
from upshot.web.plans.promising import may_sign_as
from upshot.web.reviews.escalating import members_of
from upshot.web.reviews.stakeholders.council import consultation_of
from upshot.web.reviews.stakeholders.financing import finances_of
from upshot.web.reviews.stakeholders.sponsoring import sponsorship_of

__all__ = ["KINDS", "due", "tell"]

_FIRST_DAYS = 7

KINDS: tuple[Kind, ...] = (
    Kind(
        name="sponsor-month",
        label=gettext_lazy("What you sponsor, once a month"),
        heading=gettext_lazy("What you sponsor: what came of it, and what you decide"),
        text="%(text)s",
        action=gettext_lazy("Open the page of sponsors"),
        needs=Permission.SIGN,
    ),
    Kind(
        name="finance-month",
        label=gettext_lazy("Cost and worth, once a month"),
        heading=gettext_lazy("Cost and worth of learning: what needs finance"),
        text="%(text)s",
        action=gettext_lazy("Open the page of finance"),
        needs=Permission.MONEY,
    ),
    Kind(
        name="council-month",
        label=gettext_lazy("Data about people, once a month"),
        heading=gettext_lazy("Data about people: what needs the works council"),
        text="%(text)s",
        action=gettext_lazy("Open the page of the works council"),
        needs=Permission.AUDIT,
    ),
)


def due(now: dt.datetime) -> None:
    """A chore: in the first week of a month, once a day; what was said in the month is not said again."""
    today = timezone.localdate(now)
    if today.day > _FIRST_DAYS:
        return
    for organisation in Organisation.objects.all():
        if cache.add(f"stakeholders-{organisation.pk}-{today}", True, 24 * 3600):
            tell(organisation, today)


def tell(organisation: Organisation, today: dt.date) -> int:
    """Tell each what concerns them, and nothing where there is nothing; how many messages were new."""
    said: list[Proposal] = []
    for member in members_of(organisation):
        viewer = viewer_of(member.user, organisation.slug)
        if viewer is None:
            continue
        said += [
            _proposal(of_member(member), organisation, kind, text, today)
            for function in sorted(may_sign_as(viewer))
            for kind, words in [_SAID[function]]
            if (text := words(viewer, today))
        ]
    return propose_all(organisation, said) if said else 0


def _proposal(person: str, organisation: Organisation, kind: str, text: str, today: dt.date) -> Proposal:
    return Proposal(
        person=person,
        kind=kind,
        key=f"{kind}:{today:%Y-%m}",
        why=_("Your role signs promises for this function."),
        context={"text": text},
        link=reverse(_PAGES[kind], kwargs={"org": organisation.slug}),
        expires=dt.datetime.combine(today + dt.timedelta(days=14), dt.time(0), dt.UTC),
    )


def _sponsor(viewer: Viewer, _today: dt.date) -> str:
    found = sponsorship_of(viewer)
    if found is None:
        return ""
    parts = [
        _line(_("Needs your signature: %(what)s."), (one.title for one in found.to_sign)),
        _line(_("Decisions overdue: %(what)s."), (one.promise.title for one in found.due)),
        _since(_("Written to the ledger since %(day)s: %(what)s."), (one.title for one in found.changes), found.since),
    ]
    return "\n\n".join(filter(None, parts))


def _finance(viewer: Viewer, _today: dt.date) -> str:
    found = finances_of(viewer)
    if found is None:
        return ""
    parts = [
        _line(_("Needs finance’s signature: %(what)s."), (title for _key, title in found.to_sign)),
        _line(_("Costs more than planned: %(what)s."), (one.title for one in found.over)),
        _line(_("Value of a unit that nobody agreed to: %(what)s."), (one.kpi for one in found.not_agreed)),
    ]
    return "\n\n".join(filter(None, parts))


def _council(viewer: Viewer, today: dt.date) -> str:
    found = consultation_of(viewer, on=today)
    parts = [
        _line(_("Needs the works council’s signature: %(what)s."), (title for _key, title in found.to_sign)),
        _since(_("Changed since %(day)s: %(what)s."), (one.label for one in found.changes), found.since),
        _since(_("Requests since %(day)s: %(what)s."), (one.label for one in found.requests), found.since),
    ]
    return "\n\n".join(filter(None, parts))


def _line(words: str, names: Iterable[str], **more: str) -> str:
    """The words with at most five names; nothing where there are none."""
    known, most = list(dict.fromkeys(names)), 5
    if not known:
        return ""
    left = len(known) - most
    return words % {"what": ", ".join(known[:most]) + (_(" and %(n)d more") % {"n": left} if left > 0 else ""), **more}


def _since(words: str, names: Iterable[str], day: dt.date) -> str:
    return _line(words, names, day=long_date(day))


_SAID: Mapping[Function, tuple[str, Callable[[Viewer, dt.date], str]]] = {
    Function.SPONSOR: ("sponsor-month", _sponsor),
    Function.FINANCE: ("finance-month", _finance),
    Function.COUNCIL: ("council-month", _council),
}
_PAGES = {"sponsor-month": "for-sponsors", "finance-month": "for-finance", "council-month": "for-council"}
