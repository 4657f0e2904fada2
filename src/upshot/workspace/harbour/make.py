"""Make Harbour: simulate two years, write what its systems would export, and import that as a firm would."""

import datetime as dt
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from upshot.plan import Document, parse
from upshot.sources import ImportReport, Profile, import_feed, parse_profile
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour.exports import EXPORTS, Export, write_exports
from upshot.workspace.harbour.facts import SEED, Facts, make_facts

__all__ = ["NOTICE", "harbour_plan", "import_exports", "make_harbour", "profile_of"]

NOTICE = "Simulated data: Harbour is an invented bank, and what is true there was planted."
Progress = Callable[[str, int, int], None]
_MERGED = "Came back after a break; the personnel system gave a second number."


def harbour_plan() -> Document:
    """Harbour's plan as it ships."""
    return parse(files("upshot.workspace.harbour").joinpath("plan.yaml").read_bytes(), "plan.yaml")


def make_harbour(root: Path, *, seed: int = SEED, progress: Progress | None = None) -> Workspace:
    """Make the demonstration firm in a folder.

    Parameters
    ----------
    root
        Folder of the workspace; must not be one yet.
    seed
        Of everything that is left to chance, lots included. Another seed is another firm with the
        same truth.
    progress
        Told what begins, how many steps are done and how many there are.

    Returns
    -------
    Workspace
        With plan and lake; the exports stand in ``exports/``, what was refused in ``rejects/``.

    Raises
    ------
    WorkspaceError
        If the folder is a workspace already.
    """
    tell = progress or (lambda *_: None)
    steps = len(EXPORTS) + 2
    tell("simulating two years", 0, steps)
    facts = make_facts(harbour_plan().plan, seed)
    tell("writing the exports", 1, steps)
    workspace = Workspace.create(root, organisation="Harbour")
    shipped = files("upshot.workspace.harbour")
    (root / "plan.yaml").write_bytes(shipped.joinpath("plan.yaml").read_bytes())
    _describe(root)
    write_exports(facts, root / "exports")
    import_exports(workspace, lambda file, place: tell(f"importing {file}", 2 + place, steps))
    _merge(workspace, facts)
    tell("done", steps, steps)
    return Workspace.open(root)


def import_exports(workspace: Workspace, begin: Callable[[str, int], None]) -> tuple[ImportReport, ...]:
    """Import the workspace's exports, each with its own profile; what was taken and refused."""
    lake, found = workspace.lake(), []
    for place, export in enumerate(EXPORTS):
        begin(export.file, place)
        path = workspace.root / "exports" / export.file
        stated = dt.date.fromisoformat(export.stated)
        found.append(import_feed(lake, export.feed, path, profile_of(export), as_of=stated))
    return tuple(found)


def profile_of(export: Export) -> Profile:
    """The mapping profile an export is read by."""
    name = f"{export.profile}.yaml"
    text = files("upshot.workspace.harbour").joinpath("profiles", name).read_text(encoding="utf-8")
    return parse_profile(text, name)


def _merge(workspace: Workspace, facts: Facts) -> None:
    """Two people have two numbers each; somebody in the analyst's chair has joined them."""
    lake = workspace.lake()
    for old, new in facts.firm.rehired:
        lake.merge_accounts(old, new, reason=_MERGED)


def _describe(root: Path) -> None:
    config = root / "upshot.toml"
    text = config.read_text(encoding="utf-8").replace('notice = ""', f'notice = "{NOTICE}"')
    config.write_text(f'{text}\nsources = ["Simulated by upshot.workspace.harbour"]\n', encoding="utf-8")
