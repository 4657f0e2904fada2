"""From a file of statements to the initiative page: started and completed are what a count of the file says."""

import gzip
import itertools
import json
import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.web.cast import Cast
from tests.xapi.builders import a_voiding

from upshot.sources import import_feed
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.services.bulk import load_file
from upshot.web.lrs.services.erasing import erase_agent
from upshot.web.lrs.services.lake import follow
from upshot.xapi.decode import encoded

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parents[3] / "examples" / "video-course"
GESTURES = {"paused", "seeked", "interacted"}
"""What the lake leaves out: it says how a player was handled, not that somebody began or ended."""


def statements(most: int | None = None) -> list[dict[str, Any]]:
    """The first statements of the example."""
    with gzip.open(EXAMPLE / "statements.jsonl.gz") as file:
        return [json.loads(line) for line in itertools.islice(file, most)]


def counted(found: list[dict[str, Any]]) -> tuple[int, int]:
    """People who began, and of those people who completed a video, straight from the statements."""
    verbs: dict[str, set[str]] = defaultdict(set)
    for one in found:
        verbs[one["actor"]["account"]["name"]].add(one["verb"]["id"].rpartition("/")[2])
    return sum(bool(own - GESTURES) for own in verbs.values()), sum("completed" in own for own in verbs.values())


def a_course(cast: Cast) -> None:
    """The example's plan and roster in the firm's workspace."""
    workspace = workspace_of(cast.organisation)
    shutil.copy(EXAMPLE / "plan.yaml", workspace.root / "plan.yaml")
    report = import_feed(workspace.lake(), "people", EXAMPLE / "people.csv", EXAMPLE / "people.profile.yaml")
    assert (report.rows_taken, report.rows_rejected) == (1452, 0)


def loaded(cast: Cast, folder: Path, found: list[dict[str, Any]]) -> None:
    path = folder / "more.jsonl"
    path.write_bytes(b"".join(encoded(one) + b"\n" for one in found))
    assert load_file(cast.organisation, path).refused == 0
    follow(cast.organisation)


def shown(cast: Cast) -> tuple[int, int]:
    """Started and completed as the initiative page says them, of everybody in the audience."""
    text = cast.client("leader").get("/o/nordvik/initiatives/first-session/").content.decode()
    plain = re.sub(r"<[^>]*>|\s+", " ", text)
    started = re.search(r"Started +([\d,]+) +people of 1,452", plain)
    completed = re.search(r"Completed +([\d,]+) +people of ([\d,]+)", plain)
    assert started is not None, plain[:3000]
    assert completed is not None, plain[:3000]
    assert completed[2] == started[1]
    return int(started[1].replace(",", "")), int(completed[1].replace(",", ""))


def test_what_is_loaded_late_voided_and_erased_shows_on_the_page(cast: Cast, tmp_path: Path) -> None:
    a_course(cast)
    found = statements(1_200)
    early, late = found[:600], found[600:]
    loaded(cast, tmp_path, early)
    assert shown(cast) == counted(early)
    loaded(cast, tmp_path, late)
    assert shown(cast) == counted(found)

    ended = sorted({one["actor"]["account"]["name"] for one in found if one["verb"]["id"].endswith("/completed")})
    of_eight = [one for one in found if one["actor"]["account"]["name"] in ended[:8]]
    taken_back = [one["id"] for one in of_eight if one["verb"]["id"].endswith("/completed")]
    loaded(cast, tmp_path, [a_voiding(one) for one in taken_back])
    left = [one for one in found if one["id"] not in taken_back]
    assert shown(cast) == counted(left)

    for name in ended[8:10]:
        erase_agent(cast.organisation, f"account:http://fun-mooc.fr|{name}", reason="asked to")
        left = [one for one in left if one["actor"]["account"]["name"] != name]
    assert shown(cast) == counted(left)
    assert counted(left)[1] == counted(found)[1] - 10


@pytest.mark.slow
def test_all_of_22000_statements_are_stored_and_counted_on_the_page(cast: Cast) -> None:
    a_course(cast)
    done = load_file(cast.organisation, EXAMPLE / "statements.jsonl.gz")
    assert (done.read, done.stored, done.refused) == (22_000, 22_000, 0)
    assert follow(cast.organisation).added == 22_000 - 6_480 - 3_546 - 2_995
    assert shown(cast) == counted(statements())
