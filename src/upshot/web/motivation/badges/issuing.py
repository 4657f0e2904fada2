"""Issue a badge: gather what it says from what earned it, and sign it with the organisation's key."""

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.web.accounts.models import Organisation
from upshot.web.competencies.models import Item
from upshot.web.motivation.badges.addresses import (
    achievement_address,
    badge_address,
    issuer_address,
    status_address,
)
from upshot.web.motivation.badges.credential import Content, Holder, Issuer, credential
from upshot.web.motivation.badges.keys import key_in_use
from upshot.web.motivation.badges.signing import signed
from upshot.web.motivation.models import Achievement, Badge, Firm
from upshot.web.shell.templatetags.upshot import day

__all__ = ["evidence_of", "issue", "issuer_of"]

_KINDS = {Achievement.Kind.PATH: "Certificate", Achievement.Kind.LEVEL: "Competency"}


def issuer_of(organisation: Organisation) -> Issuer:
    """The organisation as issuer, under a number that does not say its name."""
    firm, _new = Firm.objects.get_or_create(organisation=organisation)
    return Issuer(id=issuer_address(firm.issuer), name=organisation.name, url=settings.ENVIRONMENT.url)


def issue(badge: Badge, *, email: str, name: str) -> None:
    """Sign a badge that its holder takes; the caller stores it."""
    key = key_in_use(badge.organisation)
    holder = Holder(email=email, name=name, subject=uuid4())
    badge.key = key
    badge.token = signed(credential(issuer_of(badge.organisation), holder, _content(badge)), key)


def _content(badge: Badge) -> Content:
    rule = badge.achievement
    return Content(
        id=badge_address(badge.pk), status=status_address(badge.pk), achievement=achievement_address(rule.pk),
        kind=_KINDS[Achievement.Kind(rule.kind)], name=rule.name, description=rule.description,
        criteria=rule.criteria, evidence=evidence_of(badge), aligned=_aligned(rule), earned=badge.earned,
        valid_from=timezone.now(), valid_until=_end(badge.until),
    )  # fmt: skip


def evidence_of(badge: Badge) -> tuple[str, str]:
    """What shows it, without anybody's words or results."""
    if badge.achievement.kind == Achievement.Kind.LEVEL:
        return _("Seen at work"), _("Somebody responsible saw it at work on %(day)s.") % {"day": day(badge.earned)}
    said = _("Every step the path asks for was completed on %(day)s.") % {"day": day(badge.earned)}
    if badge.certificate is not None and badge.certificate.by_hand:
        said = _("The certificate was given by hand for %(day)s.") % {"day": day(badge.earned)}
    return _("Certificate of the path"), said


def _aligned(rule: Achievement) -> dict[str, str] | None:
    """The framework's item a level stands for, where the item has an address."""
    if rule.kind != Achievement.Kind.LEVEL:
        return None
    item = Item.objects.filter(organisation=rule.organisation, key=rule.about).select_related("framework").first()
    if item is None or not item.uri:
        return None
    return {"targetName": item.label, "targetUrl": item.uri, "targetFramework": item.framework.title}


def _end(until: dt.date | None) -> dt.datetime | None:
    """The end of a last day."""
    return None if until is None else dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), dt.UTC)
