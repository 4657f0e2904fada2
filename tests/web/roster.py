"""A roster in the firm's workspace, imported as a firm would."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.web.cast import Cast
from tests.web.lakes import brought_on

from upshot.sources import import_feed
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.people.services import mirror

TEAMS = ("Fjord", "Dal", "Vidde")
HEADER = ("person", "team", "manager", "role", "site", "region", "hired", "valid_from")


def people_rows(count: int = 30) -> list[dict[str, str]]:
    """``count`` advisers in three teams; m-1 manages Fjord, m-2 the others; both stand on the roster too."""
    rows = [
        {
            "person": f"p-{number}",
            "team": TEAMS[number % 3],
            "manager": "m-1" if number % 3 == 0 else "m-2",
            "role": "adviser",
            "site": "Bergen" if number % 3 == 0 else "Oslo",
            "region": "West" if number % 3 == 0 else "East",
            "hired": "2020-03-01",
            "valid_from": "2020-03-01",
        }
        for number in range(1, count + 1)
    ]
    for key, site in (("m-1", "Bergen"), ("m-2", "Oslo")):
        more = {"team": "Managers", "manager": "", "role": "team manager", "site": site, "region": "", "hired": ""}
        rows.append({"person": key, "valid_from": "2020-01-01", **more})
    return rows


def take_in(organisation: Organisation, feed: str, rows: Sequence[Mapping[str, str]], folder: Path) -> None:
    """Import rows through the plain preset."""
    path = folder / f"{feed}-{len(list(folder.iterdir()))}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    workspace = workspace_of(organisation)

    def imported() -> None:
        report = import_feed(workspace.lake(), feed, path, f"plain-{feed}")
        assert report.rows_rejected == 0, report.problems

    brought_on(workspace.root / "lake", (feed, path.name, path.read_bytes()), imported)


def with_roster(cast: Cast, folder: Path, count: int = 30) -> Cast:
    """The cast's firm with a roster, mirrored."""
    take_in(cast.organisation, "people", people_rows(count), folder)
    mirror(cast.organisation)
    return cast
