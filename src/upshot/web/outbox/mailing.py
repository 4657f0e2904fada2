"""E-mail: a letter as a mail with text, HTML and calendar entries; what the mail server said of it."""

import datetime as dt
import smtplib
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from upshot.web.outbox.carriers import Carried, Failure
from upshot.web.outbox.composing import Letter
from upshot.web.outbox.invitations import ics, method_of

__all__ = ["Postbox", "mail_of", "reference_of"]

_TYPE = "text/calendar; method={}; charset=utf-8"


def reference_of(delivery: int) -> str:
    """The Message-ID of a delivery: the same at every try, so that a mail sent twice shows as one."""
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].strip(" >")
    return f"<delivery-{delivery}.upshot@{domain}>"


def mail_of(
    letter: Letter,
    *,
    to: str,
    reference: str,
    preferences: str,
    invitations: Sequence[Mapping[str, Any]] = (),
    now: dt.datetime,
) -> EmailMultiAlternatives:
    """A letter as a mail.

    Parameters
    ----------
    reference
        Its Message-ID.
    preferences
        Address at which the person says what they want; it goes into List-Unsubscribe.
    invitations
        Calendar entries that go with it.
    """
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[to],
        headers={
            "Message-ID": reference,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": f"<{preferences}>",
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    organiser = mail.from_email.rsplit("<", 1)[-1].strip(" >")
    for number, kept in enumerate(invitations, 1):
        content = ics(kept, organiser=organiser, attendee=to, now=now).decode()
        if len(invitations) == 1:
            mail.attach_alternative(content, _TYPE.format(method_of(kept)))
        else:
            mail.attach(f"{number}.ics", content, _TYPE.format(method_of(kept)))
    return mail


class Postbox:
    """The mails of one round over one connection: opened when first needed, again after a failure.

    A server that does not answer is not waited for a second time.
    """

    def __init__(self) -> None:
        self._open: BaseEmailBackend | None = None
        self._silent: Failure | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, mail: EmailMultiAlternatives) -> Carried:
        """Hand a mail over.

        Raises
        ------
        Failure
            If the server refuses it or cannot be reached.
        """
        if self._silent is not None:
            raise Failure(self._silent.reason, silent=True)
        try:
            if self._open is None:
                self._open = get_connection()
                self._open.open()
            self._open.send_messages([mail])
        except (OSError, ValueError) as error:
            self._hang_up()
            failure = _failure(error)
            self._silent = failure if failure.silent else None
            raise failure from None
        return Carried(mail.extra_headers["Message-ID"])

    def _hang_up(self) -> None:
        connection, self._open = self._open, None
        if connection is None:
            return
        try:
            connection.close()
        except OSError:
            return


def _failure(error: Exception) -> Failure:
    """What the server said, by its number: its words may hold the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Failure(_("mailbox refused ({code})").format(code=codes[0]), lasting=all(code >= 500 for code in codes))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Failure(_("the mail server does not let us in"))
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Failure(_("our sender address is refused ({code})").format(code=error.smtp_code))
    if isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
        return Failure(_("the mail server refused it ({code})").format(code=code), lasting=code >= 500)
    if isinstance(error, TimeoutError):
        return Failure(_("the mail server did not answer in time"), silent=True)
    if isinstance(error, ValueError):
        return Failure(_("the address cannot be written to"), lasting=True)
    lost = isinstance(error, smtplib.SMTPServerDisconnected)
    return Failure(_("the mail server cannot be reached"), silent=not lost)
