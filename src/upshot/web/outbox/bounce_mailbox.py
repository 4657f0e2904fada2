"""The mailbox that bounces come back to, looked through every few minutes over IMAP."""

import contextlib
import datetime as dt
import imaplib
import logging
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.cache import cache

from upshot.errors import Problem, WorkspaceError
from upshot.web.outbox.bounces import LARGEST, take_any

__all__ = ["EVERY", "Looked", "look_through", "poll"]

EVERY = dt.timedelta(minutes=5)
"""How long one look through the mailbox lasts for every worker."""
_AT_ONCE = 200
_TIMEOUT = 20
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found: reports taken, deliveries they set aside, and mails that are no report about ours."""

    reports: int = 0
    aside: int = 0
    others: int = 0


def poll(now: dt.datetime) -> Looked | None:
    """Look through the mailbox if one is set and nobody did within `EVERY`; ``None`` where nothing was looked at.

    A mailbox that does not answer is logged and tried again: the mails stay where they are.
    """
    url = settings.ENVIRONMENT.bounces_url
    turn = int(now.timestamp() // EVERY.total_seconds())
    if not url or not cache.add(f"bounces-{turn}", True, 2 * EVERY.total_seconds()):
        return None
    try:
        return look_through(url)
    except WorkspaceError as error:
        logger.error("%s", error)
        return None
    except (OSError, imaplib.IMAP4.error) as error:
        logger.warning("The mailbox of bounces could not be read: %s.", type(error).__name__)
        return None


def look_through(url: str) -> Looked:
    """Take every unread report in a mailbox, and mark what was looked at as read; nothing is deleted.

    A report that was taken and not marked is taken again, which changes nothing.

    Raises
    ------
    WorkspaceError
        If the address is none of a mailbox, would send the password in the clear, or leads to a server whose
        certificate is not trusted.
    OSError, imaplib.IMAP4.error
        If the server cannot be reached, refuses, or speaks something else.
    """
    reports = aside = others = 0
    with _opened(url) as mailbox:
        for number in _unread(mailbox):
            taken = take_any(_mail(mailbox, number))
            mailbox.uid("STORE", number, "+FLAGS", "(\\Seen)")
            reports += taken is not None
            others += taken is None
            aside += taken or 0
    return Looked(reports, aside, others)


@contextlib.contextmanager
def _opened(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    try:
        mailbox = _connected(parts.scheme, parts.hostname or "", parts.port)
    except ssl.SSLCertVerificationError as error:
        text = f"The certificate of the server of UPSHOT_BOUNCES_URL is not trusted: {error.verify_message}."
        fix = "Name a file with your authority's certificate in SSL_CERT_FILE, and the host as the certificate does."
        raise WorkspaceError(str(Problem(code="bounces-certificate", text=text, fix=fix))) from None
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        answer, _said = mailbox.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error("no such folder")
        yield mailbox
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            mailbox.logout()


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    """A connection whose password nobody can read on the way."""
    if scheme == "imaps" and host:
        secure = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=secure, timeout=_TIMEOUT)
    if scheme != "imap" or not host:
        text = "UPSHOT_BOUNCES_URL is no address of a mailbox."
        raise WorkspaceError(str(Problem(code="bounces-url", text=text, fix="Write imaps://user:password@host/INBOX.")))
    mailbox = imaplib.IMAP4(host, port or 143, timeout=_TIMEOUT)
    if "STARTTLS" in mailbox.capabilities:
        mailbox.starttls(ssl.create_default_context())
    elif host not in _NEAR:
        mailbox.shutdown()
        text = "The server of UPSHOT_BOUNCES_URL takes the password unencrypted only."
        raise WorkspaceError(str(Problem(code="bounces-url", text=text, fix="Use imaps://.")))
    return mailbox


def _unread(mailbox: imaplib.IMAP4) -> list[str]:
    _answer, found = mailbox.uid("SEARCH", "UNSEEN")
    return bytes(found[0] or b"").decode("ascii").split()[:_AT_ONCE]


def _mail(mailbox: imaplib.IMAP4, number: str) -> bytes:
    """The first part of a mail, without marking it as read; empty where it is gone."""
    _answer, found = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")
