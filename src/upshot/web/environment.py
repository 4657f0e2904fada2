"""What the surroundings decide: home folder, database, secret, addresses; read once, from ``UPSHOT_…`` variables."""

import os
import secrets
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from upshot.errors import Problem, WorkspaceError

__all__ = ["Environment", "code_version", "database", "email", "keep_secret"]


def code_version(package: Path) -> str:
    """The version with the instant of the newest module: what one state of the code keeps, another does not read.

    Two states of the code can carry one version number, and a record that was kept is read by the place of its fields.
    """
    newest = max(path.stat().st_mtime_ns for path in package.rglob("*.py"))
    return f"{version('upshot')}-{newest:x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The surroundings of one running product.

    Parameters
    ----------
    home
        Folder with the workspaces (or one workspace itself), ``upshot.db`` and ``secret.key``.
    database_url
        ``postgresql://…``, or empty for SQLite in the home folder.
    url
        Address under which people reach the product, without a trailing slash.
    secret
        Key that signs cookies and links.
    email_url
        ``smtp://user:password@host:port`` (``smtps://`` for TLS), or empty: messages are written to
        ``outbox/`` in the home folder.
    bounces_url
        ``imaps://user:password@host:port/folder`` of the mailbox that mails are sent from, or empty: mails that come
        back are handed over by hand.
    lrs_origins
        Origins whose pages may call the learning record store from a browser, whatever the key.
    lrs_requests_per_minute
        What a key may send in a minute unless it has a number of its own; 0 for no limit.
    """

    home: Path
    database_url: str
    url: str
    secret: str
    email_url: str
    demo: bool
    bounces_url: str = ""
    lrs_origins: tuple[str, ...] = ()
    lrs_requests_per_minute: int = 0

    @classmethod
    def read(cls) -> Self:
        """Read the variables; without a kept secret (see ``keep_secret``) one is made up for this process."""
        home = Path(os.environ.get("UPSHOT_HOME", ".")).resolve()
        return cls(
            home=home,
            database_url=os.environ.get("DATABASE_URL", ""),
            url=os.environ.get("UPSHOT_URL", "http://127.0.0.1:8000").rstrip("/"),
            secret=os.environ.get("UPSHOT_SECRET_KEY") or _kept_secret(home),
            email_url=os.environ.get("UPSHOT_EMAIL_URL", ""),
            demo=os.environ.get("UPSHOT_DEMO") == "1",
            bounces_url=os.environ.get("UPSHOT_BOUNCES_URL", ""),
            lrs_origins=_origins(os.environ.get("UPSHOT_LRS_ORIGINS", "")),
            lrs_requests_per_minute=_whole("UPSHOT_LRS_REQUESTS_PER_MINUTE"),
        )


def _origins(text: str) -> tuple[str, ...]:
    """Origins, separated by commas or blanks.

    Examples
    --------
    >>> _origins("https://course.example.com, http://localhost:8080/")
    ('https://course.example.com', 'http://localhost:8080')
    """
    found = tuple(part.rstrip("/") for part in text.replace(",", " ").split())
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            wrong = f"UPSHOT_LRS_ORIGINS names {origin!r}, which is no origin."
            fix = "Write scheme and host only, as https://course.example.com."
            raise WorkspaceError(str(Problem(code="origin", text=wrong, fix=fix)))
    return found


def _whole(name: str) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return 0
    if not text.isascii() or not text.isdecimal():
        raise WorkspaceError(str(Problem(code="number", text=f"{name} must be a whole number, or not be set.")))
    return int(text)


def _kept_secret(home: Path) -> str:
    path = home / "secret.key"
    return path.read_text(encoding="ascii").strip() if path.is_file() else secrets.token_urlsafe(50)


def keep_secret(home: Path) -> None:
    """Make the secret of a home folder, readable by its owner only; one that is there stays."""
    try:
        handle = os.open(home / "secret.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))


def database(environment: Environment) -> dict[str, Any]:
    """Django's database settings.

    Raises
    ------
    WorkspaceError
        If the address is for a database Upshot does not know.
    """
    if not environment.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": environment.home / "upshot.db",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # A batch of statements changes more pages than the 2 MB that SQLite caches by itself, which would then
                # be written twice; and a page changed often is copied from the log into the file once in 64 MB.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA wal_autocheckpoint=16000; PRAGMA cache_size=-16384;",
            },
        }
    parts = urlsplit(environment.database_url)
    if parts.scheme not in ("postgresql", "postgres"):
        text = f"DATABASE_URL begins with {parts.scheme!r}, which Upshot does not know."
        raise WorkspaceError(str(Problem(code="database", text=text, fix="Use postgresql://user@host/name.")))
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def email(environment: Environment) -> dict[str, Any]:
    """Django's e-mail settings by name."""
    if not environment.email_url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": environment.home / "outbox",
        }
    parts = urlsplit(environment.email_url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 587,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.port == 587,
        "EMAIL_TIMEOUT": 20,
    }
