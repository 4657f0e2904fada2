"""What happens in an attempt as xAPI statements: begun, each decision, the end."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from upshot.scenario import Answered, Finished
from upshot.web.practice.wording import plain

__all__ = ["EXTENSION", "Writer"]

EXTENSION = "urn:upshot:scenario:"
"""Extensions: points, offered, critical, number, visit, attempt, competencies, ending, outcome."""
_VERBS = {
    "initialized": "http://adlnet.gov/expapi/verbs/initialized",
    "answered": "http://adlnet.gov/expapi/verbs/answered",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "failed": "http://adlnet.gov/expapi/verbs/failed",
}
_SIMULATION = "http://adlnet.gov/expapi/activities/simulation"
_INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")

Fields = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the statements of one attempt.

    Parameters
    ----------
    home
        Address of this installation: the ``homePage`` under which people of the roster are known.
    person
        Identifier on the roster.
    registration
        The attempt.
    attempt
        Which attempt of the person it is; 1 is the measurement.
    activity, title
        The scenario's address and title.
    lang
        Language of its words.
    revision
        Version number and fingerprint.
    competencies
        What it gives points for.
    """

    home: str
    person: str
    registration: uuid.UUID
    attempt: int
    activity: str
    title: str
    lang: str
    revision: str
    competencies: tuple[str, ...]

    def begun(self, at: dt.datetime) -> Fields:
        """The attempt began."""
        return self._statement("begun", "initialized", self._scenario(), at, {})

    def answered(self, facts: Answered, at: dt.datetime) -> Fields:
        """One decision: what was offered, what was chosen, whether it was right, its points and time."""
        definition: Fields = {
            "type": _INTERACTION,
            "name": self._words(plain(facts.title)),
            "interactionType": "choice",
            "choices": [{"id": name, "description": self._words(plain(text))} for name, text in facts.choices],
        }
        if facts.right:
            definition["correctResponsesPattern"] = list(facts.right)
        result: Fields = {"response": facts.response, "extensions": _extended(
            points=dict(facts.points), critical=facts.critical, number=facts.number, visit=facts.visit,
            offered=[name for name, _ in facts.choices],
        )}  # fmt: skip
        if facts.success is not None:
            result["success"] = facts.success
        result |= _duration(facts.duration_seconds)
        step: Fields = {"objectType": "Activity", "id": f"{self.activity}#{facts.step}", "definition": definition}
        return self._statement(str(facts.number), "answered", step, at, result, within=True)

    def finished(self, facts: Finished, at: dt.datetime) -> Iterable[Fields]:
        """The end: completed, and passed or failed where the scenario says what it takes."""
        result: Fields = {"completion": True, "extensions": _extended(
            ending=facts.ending, outcome=facts.outcome or "", critical=[list(one) for one in facts.critical],
            competencies={one[0]: _points(*one[1:]) for one in facts.competencies},
        )}  # fmt: skip
        result |= _duration(facts.duration_seconds)
        if facts.scaled is not None:
            result["score"] = {"scaled": round(facts.scaled, 6)}
        if facts.passed is not None:
            result["success"] = facts.passed
        yield self._statement("completed", "completed", self._scenario(), at, result)
        if facts.passed is not None:
            verb = "passed" if facts.passed else "failed"
            yield self._statement("judged", verb, self._scenario(), at, result)

    def _statement(
        self, name: str, verb: str, about: Fields, at: dt.datetime, result: Fields, *, within: bool = False
    ) -> Fields:
        activities: Fields = {"category": [{"id": f"{EXTENSION}practice"}]}
        if within:
            activities["parent"] = [{"id": self.activity}]
        if self.competencies:
            activities["grouping"] = [{"id": f"urn:upshot:competency:{one}"} for one in self.competencies]
        statement: Fields = {
            "id": str(uuid.uuid5(self.registration, name)),
            "actor": {"objectType": "Agent", "account": {"homePage": self.home, "name": self.person}},
            "verb": {"id": _VERBS[verb], "display": {"en": verb}},
            "object": about,
            "context": {
                "registration": str(self.registration),
                "revision": self.revision,
                "platform": "Upshot",
                "language": self._language,
                "contextActivities": activities,
                "extensions": _extended(attempt=self.attempt),
            },
            "timestamp": at.isoformat(),
        }
        return statement | ({"result": result} if result else {})

    def _scenario(self) -> Fields:
        definition = {"type": _SIMULATION, "name": self._words(plain(self.title))}
        return {"objectType": "Activity", "id": self.activity, "definition": definition}

    def _words(self, text: str) -> Fields:
        return {self._language: text}

    @property
    def _language(self) -> str:
        return self.lang if _LANGUAGE.match(self.lang) else "und"


def _extended(**values: object) -> Fields:
    return {f"{EXTENSION}{name}": value for name, value in values.items()}


def _points(points: int, low: int, high: int, scaled: float | None) -> Fields:
    known: Fields = {"points": points, "min": low, "max": high}
    return known if scaled is None else {**known, "scaled": scaled}


def _duration(seconds: float | None) -> Fields:
    return {} if seconds is None else {"duration": f"PT{seconds:.2f}S"}
