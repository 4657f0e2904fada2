"""Words about messages in pages: their heading, why one was not sent, what went wrong."""

from django import template
from django.utils.translation import gettext as _

from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.outbox.kinds import kinds, words_of
from upshot.web.outbox.models import Message

register = template.Library()


@register.simple_tag
def administers(viewer: Viewer) -> bool:
    """Whether the pages of administrators are open to a viewer."""
    return viewer.may(Permission.ACCESS)


@register.filter
def heading(message: Message) -> str:
    """A message's heading; its kind where the product has no such kind any more."""
    kind = kinds().get(message.kind)
    return message.kind if kind is None else words_of(kind, message.context).heading


@register.filter
def reason(message: Message) -> str:
    """Why a message was not sent."""
    said = {
        "done": _("not sent: done already"),
        "expired": _("not sent: it would have come too late"),
        "stopped": _("not sent: you do not want these"),
        "withdrawn": _("not sent: no longer so"),
        "left": _("not sent"),
        "turn": _("not sent: your turn comes later, so that its effect can be told"),
        "no-address": _("waits: no e-mail address is known"),
        "bounced": _("the mailbox sent it back"),
        "undeliverable": _("it could not be delivered"),
        "interrupted": _("cannot tell whether it was sent"),
    }
    return said.get(message.note, _("not sent"))


@register.filter
def trouble(error: str) -> str:
    """What went wrong with a delivery; two of the reasons are words of ours."""
    said = {
        "interrupted": _("the server stopped while sending; cannot tell whether it arrived"),
        "no-address": _("no e-mail address is known"),
    }
    return said.get(error, error)
