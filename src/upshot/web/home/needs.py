"""What needs somebody now: at most five things, each with one act, from every part of the product they may use."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upshot.errors import UpshotError
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.selectors import check_ins_due, to_sign
from upshot.web.imports.selectors import open_uploads
from upshot.web.jobs.models import Job
from upshot.web.learning.selectors import paths_of
from upshot.web.plans.models import PromiseLock, Signature
from upshot.web.plans.promising import may_sign_as
from upshot.web.plans.selectors import current_document, promise_hash
from upshot.web.reviews.selectors import due_for
from upshot.web.surveys.selectors import asks_waiting
from upshot.web.surveys.texts import survey_of
from upshot.web.teams.selectors import teams_of

__all__ = ["MOST", "Need", "needs_of"]

MOST = 5
"""More than five things are a list, and nobody's page."""
_FAILED_FOR = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that waits: what it is, why now, and the one act."""

    text: str
    note: str
    url: str
    label: str


def needs_of(viewer: Viewer) -> tuple[Need, ...]:
    """What needs the viewer now, what others wait for first."""
    found: list[Need] = []
    for source in (_signatures, _reviews, _at_work, _imports, _failed, _learning, _team):
        found += source(viewer)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def _to(viewer: Viewer, route: str, **more: str) -> str:
    return reverse(route, kwargs={"org": viewer.organisation.slug, **more})


def _signatures(viewer: Viewer) -> Iterator[Need]:
    """Promises whose launch lies ahead and that lack a signature the viewer may give."""
    functions = may_sign_as(viewer)
    if not functions:
        return
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return
    locked = set(PromiseLock.objects.filter(organisation=viewer.organisation).values_list("initiative", flat=True))
    standing = Signature.objects.filter(organisation=viewer.organisation, withdrawn=None)
    given = set(standing.values_list("initiative", "function", "hash"))
    for item in plan.initiatives:
        first = _launch(item)
        if first is None or item.id in locked:
            continue
        digest = promise_hash(plan, item.id)
        if any((item.id, function.value, digest) not in given for function in functions):
            note = _("The first group starts on %(day)s; a promise is locked before that.") % {"day": _day(first)}
            text = _("Sign the promise of %(title)s") % {"title": item.title or item.id}
            yield Need(text=text, note=note, url=_to(viewer, "promise", key=item.id), label=_("Read and sign"))


def _launch(item: Initiative) -> dt.date | None:
    """The first start, while it lies ahead."""
    first = min((wave.start for wave in item.waves), default=None)
    return first if item.is_training and first is not None and first > timezone.localdate() else None


def _reviews(viewer: Viewer) -> Iterator[Need]:
    for thing in due_for(viewer):
        yield Need(text=thing.text, note=thing.note, url=thing.url, label=thing.label)


def _at_work(viewer: Viewer) -> Iterator[Need]:
    """Sign-offs others wait for, check-ins and surveys that are due."""
    if not viewer.person:
        return
    waiting = to_sign(viewer)
    if waiting:
        text = ngettext(
            "%(n)s challenge waits for your sign-off", "%(n)s challenges wait for your sign-off", len(waiting)
        )
        note = _("the longest since %(day)s") % {"day": _day(timezone.localdate(waiting[0].challenge.submitted))}
        yield Need(text=text % {"n": len(waiting)}, note=note, url=_to(viewer, "sign-offs"), label=_("Look at them"))
    for one in check_ins_due(viewer)[:2]:
        text = _("%(days)s days later: how does it go?") % {"days": one.days}
        url = _to(viewer, "check-in", number=str(one.pk))
        yield Need(text=text, note=one.challenge.title, url=url, label=_("Answer five questions"))
    for ask in asks_waiting(viewer)[:1]:
        note = _("open until %(day)s") % {"day": _day(ask.closes)}
        url = _to(viewer, "survey", number=str(ask.pk))
        yield Need(text=survey_of(ask.use.text).title, note=note, url=url, label=_("Answer"))


def _imports(viewer: Viewer) -> Iterator[Need]:
    if not viewer.everywhere(Permission.IMPORT):
        return
    for upload in open_uploads(viewer)[:MOST]:
        text = _("Finish taking in %(file)s") % {"file": upload.file_name}
        note = _("uploaded on %(day)s, nothing of it is stored yet") % {"day": _day(timezone.localdate(upload.created))}
        yield Need(text=text, note=note, url=_to(viewer, "upload", upload_id=str(upload.id)), label=_("Go on"))


def _failed(viewer: Viewer) -> Iterator[Need]:
    """Work the viewer asked for that did not finish, unless the same was done since."""
    own = Job.objects.filter(organisation=viewer.organisation, requested_by=viewer.user)
    recent = list(own.filter(created__gte=timezone.now() - _FAILED_FOR).order_by("-created"))
    seen: set[str] = set()
    for job in recent:
        if job.title not in seen and job.status == Job.Status.FAILED:
            text = _("%(title)s did not finish") % {"title": job.title}
            yield Need(text=text, note=job.error[:200], url=_to(viewer, "job", job_id=str(job.pk)), label=_("See why"))
        seen.add(job.title)


def _learning(viewer: Viewer) -> Iterator[Need]:
    if not viewer.may(Permission.LEARN):
        return
    for path in paths_of(viewer, on=timezone.localdate()) or ():
        if path.next is not None:
            text = _("%(step)s, of %(path)s") % {
                "step": path.next.step.title or path.next.step.id,
                "path": path.title,
            }
            yield Need(text=text, note=path.next_why, url=_to(viewer, "learning"), label=_("See my path"))


def _team(viewer: Viewer) -> Iterator[Need]:
    if not viewer.may(Permission.TEAM):
        return
    for name in list(teams_of(viewer, on=timezone.localdate()))[:MOST]:
        text = _("Look at team %(name)s") % {"name": name}
        note = _("who is where, and what to ask this week")
        yield Need(
            text=text, note=note, url=f"{_to(viewer, 'team')}?{urlencode({'team': name})}", label=_("Open my team")
        )


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
