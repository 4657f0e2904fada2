"""What the database finds is what the filters of the specification find, on statements that refer, void and relate."""

import random
import uuid
from typing import Any

from tests.web.lrs.http import Caller
from tests.xapi.builders import an_agent

from upshot.xapi.identity import identifier
from upshot.xapi.matching import matching
from upshot.xapi.query import Filters

VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def some_statements(draw: random.Random, mark: str, count: int) -> list[dict[str, Any]]:
    """Statements with few people, verbs and things, so that filters meet; some refer to others, earlier or later."""
    ids = [str(uuid.UUID(int=draw.getrandbits(128), version=4)) for _ in range(count)]
    people = [an_agent(f"{mark}-{name}") for name in ("ada", "bo", "cem")]
    things = [{"id": f"https://example.com/{mark}/{number}"} for number in range(3)]
    whole = []
    for one in ids:
        verb = f"https://example.com/{mark}/verb{draw.randrange(2)}"
        about: dict[str, Any] = draw.choice(things)
        chance = draw.random()
        if chance < 0.25:
            about = {"objectType": "StatementRef", "id": draw.choice(ids)}
            verb = VOIDED if draw.random() < 0.4 else verb
        elif chance < 0.35:
            about = draw.choice(people)
        elif chance < 0.45:
            inner = {"actor": draw.choice(people), "verb": {"id": verb}, "object": draw.choice(things)}
            about = {"objectType": "SubStatement", **inner}
        actor = draw.choice([*people, {"objectType": "Group", "member": draw.sample(people, 2)}])
        statement: dict[str, Any] = {"id": one, "actor": actor, "verb": {"id": verb}, "object": about}
        if draw.random() < 0.5:
            statement["context"] = {
                "registration": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{mark}{draw.randrange(2)}")),
                "instructor": draw.choice(people),
                "contextActivities": {"parent": [draw.choice(things)]},
            }
        whole.append(statement)
    return whole


def some_filters(draw: random.Random, mark: str) -> tuple[Filters, dict[str, str]]:
    """Conditions at random, as a record and as parameters of a request."""
    agent = draw.choice([None, *(an_agent(f"{mark}-{name}") for name in ("ada", "bo"))])
    asked = {
        "verb": draw.choice([None, f"https://example.com/{mark}/verb0", VOIDED]),
        "activity": draw.choice([None, f"https://example.com/{mark}/1"]),
        "registration": draw.choice([None, str(uuid.uuid5(uuid.NAMESPACE_URL, f"{mark}0"))]),
    }
    related_agents, related_activities = draw.random() < 0.5, draw.random() < 0.5
    filters = Filters(
        agent=None if agent is None else identifier(agent),
        related_agents=related_agents,
        related_activities=related_activities,
        **asked,
    )
    parameters = {name: value for name, value in asked.items() if value is not None}
    if agent is not None:
        parameters["agent"] = str(agent).replace("'", '"')
    for name, on in (("related_agents", related_agents), ("related_activities", related_activities)):
        if on:
            parameters[name] = "true"
    return filters, parameters


def test_every_filter_finds_what_the_specification_says(caller: Caller) -> None:
    for seed in range(3):
        draw = random.Random(seed)  # noqa: S311 - repeatable, and guards nothing
        mark = f"m{uuid.uuid4().hex[:8]}"
        statements = some_statements(draw, mark, 40)
        for start in range(0, len(statements), 7):
            assert caller.post(statements[start : start + 7]).status == 200
        ours = {statement["id"] for statement in statements}
        kept = caller.send("GET", "statements", limit="500").json["statements"]
        stored = [statement for statement in kept if statement["id"] in ours]
        voided = [
            caller.send("GET", "statements", voidedStatementId=one).json for one in ours - {s["id"] for s in stored}
        ]
        everything = sorted([*stored, *voided], key=lambda statement: str(statement["stored"]), reverse=True)
        assert len(everything) == len(statements)
        for number in range(30):
            filters, parameters = some_filters(draw, mark)
            found = [one for one in caller.ids(**parameters, limit="4") if one in ours]
            assert found == matching(everything, filters), (seed, number, parameters)
