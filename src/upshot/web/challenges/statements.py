"""What happens in a challenge as xAPI statements, written into the organisation's record store.

What somebody wrote stays here; statements hold states, levels and coded answers only. That somebody else signed it is
the one record that counts as use at work.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.conf import settings

from upshot.plan.rolepath import path_urn, step_urn
from upshot.web.accounts.models import Organisation
from upshot.web.challenges.models import Challenge, CheckIn, Observation
from upshot.web.lrs.services.receiving import receive_own

__all__ = ["EXTENSION", "VERBS", "checked_in", "debriefed", "moved", "observed", "store"]

EXTENSION = "urn:upshot:challenge:"
VERBS = {
    "planned": "urn:upshot:verbs/planned",
    "submitted": "urn:upshot:verbs/handed-in",
    "returned": "urn:upshot:verbs/returned",
    "signed": "urn:upshot:verbs/signed-off",
    "lapsed": "urn:upshot:verbs/lapsed",
    "rated": "urn:upshot:verbs/rated",
    "debriefed": "urn:upshot:verbs/debriefed",
    "self": "urn:upshot:verbs/reported",
    "observer": "urn:upshot:verbs/witnessed",
}
"""The last part of each is the verb of the learning record; of these only ``signed-off`` counts as use at work."""
_TASK = "urn:upshot:types/challenge"

Fields = dict[str, object]


def moved(challenge: Challenge, at: dt.datetime) -> Fields:
    """The challenge came to the state it has."""
    result: Fields = {}
    if challenge.state == Challenge.State.SIGNED:
        result = {"completion": True, "success": True}
        if challenge.scaled is not None:
            result["score"] = {"scaled": round(challenge.scaled, 6)}
    more = {"as": challenge.signed_as} if challenge.state == Challenge.State.SIGNED else {}
    name = f"{challenge.state} {challenge.revision}"
    return _statement(challenge, name, challenge.state, at, result, **more)


def observed(challenge: Challenge, seen: Observation) -> Fields:
    """Somebody looked at it by the checklist."""
    result: Fields = {} if seen.scaled is None else {"score": {"scaled": round(seen.scaled, 6)}}
    levels = {item: level for item, level in seen.levels.items() if level is not None}
    name = f"observation {seen.pk}"
    return _statement(challenge, name, "rated", seen.at, result, "observation", levels=levels, **{
        "as": seen.relationship
    })  # fmt: skip


def debriefed(challenge: Challenge, at: dt.datetime) -> Fields:
    """The pair talked, and this one wrote down what came of it."""
    return _statement(challenge, "debrief", "debriefed", at, {}, "debrief")


def checked_in(one: CheckIn) -> Fields:
    """Coded answers of one check-in, what was not asked left out; the example stays out."""
    at = one.answered or dt.datetime.now(dt.UTC)
    result: Fields = {"success": bool(one.used)} | ({"response": one.how_often} if one.how_often else {})
    reasons = (("what_helped", "helped", one.helped), ("what_got_in_the_way", "hindered", one.hindered))
    told = {key: codes for asked, key, codes in reasons if not one.questions or asked in one.questions}
    more = {"days": one.days, "source": one.source, **told}
    part = f"check-in-{one.days}-{one.source}"
    return _statement(one.challenge, f"{part} {at.isoformat()}", one.source, at, result, part, **more)


def _statement(
    challenge: Challenge, name: str, verb: str, at: dt.datetime, result: Fields, part: str = "", **more: object
) -> Fields:
    own = step_urn(challenge.initiative, challenge.step)
    extensions = {f"{EXTENSION}{key}": value for key, value in {"attempt": challenge.number, **more}.items()}
    word = VERBS[verb].rpartition("/")[2]
    return {
        "id": str(uuid.uuid5(challenge.pk, name)),
        "actor": {"objectType": "Agent", "account": {"homePage": settings.ENVIRONMENT.url, "name": challenge.person}},
        "verb": {"id": VERBS[verb], "display": {"en": word}},
        "object": {
            "objectType": "Activity",
            "id": f"{own}#{part}" if part else own,
            "definition": {"type": _TASK, "name": {"und": f"{challenge.title} ({part})" if part else challenge.title}},
        },
        "context": {
            "registration": str(challenge.pk),
            "platform": "Upshot",
            "contextActivities": {
                "parent": [{"id": own}] if part else [{"id": path_urn(challenge.initiative)}],
                "grouping": [{"id": path_urn(challenge.initiative)}],
            },
            "extensions": extensions,
        },
        "timestamp": at.isoformat(),
        **({"result": result} if result else {}),
    }


def store(organisation: Organisation, statements: Iterable[Mapping[str, object]]) -> None:
    """Store statements, part of the transaction under way; their ids are made from the challenge, so twice is once."""
    receive_own(organisation.pk, "challenges", statements)
