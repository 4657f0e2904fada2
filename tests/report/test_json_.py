"""The report as JSON: everything the page says, with the estimate inside."""

import json

from tests.report.builders import EVERY_KIND, an_estimate, chicago, refused

from upshot.report.findings import Wave
from upshot.report.json_ import to_dict


def test_every_kind_survives_a_strict_round_trip() -> None:
    for kind, build in EVERY_KIND.items():
        document = to_dict(build())
        assert json.loads(json.dumps(document, allow_nan=False)) == document, kind
        assert document["schema"] == "upshot-report/1"
        assert document["estimate"]["schema"] == "upshot-estimate/1"


def test_the_estimate_keeps_every_digit() -> None:
    assert to_dict(chicago())["estimate"]["estimate"] == -0.001126981
    assert to_dict(chicago())["as_of"] == "2016-12-31"


def test_what_is_not_known_is_absent() -> None:
    document = to_dict(refused())
    assert "event_study" not in document
    assert "estimate" not in document["estimate"]
    assert document["sentences"]["next_design"].startswith("Start the next step in waves")


def test_small_groups_are_withheld_here_too() -> None:
    waves = (Wave(start="2012-01", people=2), Wave(start="2012-02", people=80))
    document = to_dict(chicago(waves=waves, estimate=an_estimate(n_treated=3)))
    assert document["waves"] == [{"start": "2012-01", "note": "fewer than 5"}, {"start": "2012-02", "note": "withheld"}]
    assert document["sentences"]["headline"] == "We cannot tell whether the training changed complaints."
