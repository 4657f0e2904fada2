"""Start Django for the command line: settings from a home folder, migrations, an organisation for a workspace."""

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from upshot.errors import Problem, WorkspaceError
from upshot.web.environment import keep_secret

if TYPE_CHECKING:
    from upshot.web.accounts.models import Organisation

__all__ = ["ensure_organisation", "ensure_organisations", "greeting", "organisation_of", "setup", "slug_of"]


def setup(home: Path, *, demo: bool = False, url: str | None = None) -> None:
    """Point Django at a home folder and bring its database up to date; call once in a process.

    Raises
    ------
    WorkspaceError
        If the folder is not there, or the web product is not installed.
    """
    if not home.is_dir():
        raise WorkspaceError(
            str(Problem(code="no-home", text=f"There is no folder {home}.", fix="Make one: upshot init"))
        )
    keep_secret(home)
    os.environ["UPSHOT_HOME"] = str(home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "upshot.web.settings"
    if demo:
        os.environ["UPSHOT_DEMO"] = "1"
    if url:
        os.environ["UPSHOT_URL"] = url
    try:
        import django
    except ModuleNotFoundError as error:
        text = "The web product is not installed."
        raise WorkspaceError(
            str(Problem(code="no-web", text=text, fix="Install it: pip install 'upshot[web]'"))
        ) from error
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def slug_of(name: str) -> str:
    """A short name for addresses: latin letters, digits and hyphens; ``firm`` where none are left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "firm"


def ensure_organisation(home: Path, folder: str = ".", *, simulated: bool = False) -> "Organisation":
    """The organisation of a workspace folder; made when it is opened for the first time."""
    from upshot.web.accounts.models import Organisation
    from upshot.workspace.folder import Workspace

    workspace = Workspace.open(home / folder)
    found = Organisation.objects.filter(folder=folder).first()
    if found is None:
        slug, number = slug_of(workspace.organisation), 1
        while Organisation.objects.filter(slug=slug).exists():
            number += 1
            slug = f"{slug_of(workspace.organisation)[:56]}-{number}"
        found = Organisation.objects.create(
            slug=slug, name=workspace.organisation, folder=folder, simulated=simulated, notice=workspace.notice
        )
    return found


def ensure_organisations(home: Path) -> "list[Organisation]":
    """The organisations of a home folder: it is a workspace itself, or holds some.

    Raises
    ------
    WorkspaceError
        If it is neither.
    """
    if (home / "upshot.toml").is_file():
        return [ensure_organisation(home)]
    inside = sorted(path.parent.name for path in home.glob("*/upshot.toml"))
    if not inside:
        fix = f"Make one with: upshot init {home}"
        raise WorkspaceError(str(Problem(code="no-workspace", text=f"There is no workspace in {home}.", fix=fix)))
    return [ensure_organisation(home, folder) for folder in inside]


def greeting(url: str) -> list[str]:
    """What to print before serving: where the product is, and how to make the first account."""
    from upshot.web.accounts.models import User

    lines = [f"Upshot is at {url} (Ctrl+C stops it)."]
    if not User.objects.exists():
        lines.append(f"Make the first account here, within an hour: {url}{_first_account_path()}")
    return lines


def _first_account_path() -> str:
    from upshot.web.accounts.first import first_account_path

    return first_account_path()


def organisation_of(folder: Path) -> "Organisation":
    """Set Django up for a workspace folder and give its organisation.

    A workspace of the demonstration belongs to the home folder above it, where the database is.

    Raises
    ------
    WorkspaceError
        If the folder is not a workspace.
    """
    from upshot.workspace.folder import Workspace

    Workspace.open(folder)
    above = folder.resolve().parent
    home = above if (above / "upshot.db").is_file() and not (folder / "upshot.db").is_file() else folder.resolve()
    setup(home)
    return ensure_organisation(home, "." if home == folder.resolve() else folder.resolve().name)
