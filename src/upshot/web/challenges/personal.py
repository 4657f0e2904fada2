"""What challenges hold of a person, their own and those of others they signed, read or are asked about."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.challenges.files import delete_file
from upshot.web.challenges.models import Asked, Challenge, CheckIn, Evidence, Observation, Observer, StandIn, Turn

__all__ = ["ChallengeStore"]


class ChallengeStore:
    """Challenges with everything that hangs on them."""

    name = "challenges"
    models = (
        "challenges.Challenge",
        "challenges.Asked",
        "challenges.Turn",
        "challenges.Evidence",
        "challenges.Observation",
        "challenges.Debrief",
        "challenges.CheckIn",
        "challenges.Observer",
        "challenges.StandIn",
    )

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every challenge of the person, what others said of it included; and what they said of those of others."""
        if not person:
            return []
        own = Challenge.objects.filter(organisation=organisation, person=person)
        fetched = own.prefetch_related("evidence", "observations", "check_ins", "turns").select_related("debrief")
        rows: list[Mapping[str, Any]] = [_plain(one) for one in fetched]
        asked = CheckIn.objects.filter(challenge__organisation=organisation, person=person, source="observer")
        rows += [{"said_as_observer": str(one.due), "used": one.used, "example": one.example} for one in asked]
        seen = Observation.objects.filter(challenge__organisation=organisation, observer=person)
        rows += [{"observed_on": f"{one.at:%Y-%m-%d}", "as": one.relationship, "comment": one.comment} for one in seen]
        turns = Turn.objects.filter(challenge__organisation=organisation, person=person).exclude(
            challenge__person=person
        )
        rows += [{"decided_on": f"{one.at:%Y-%m-%d}", "decision": one.state, "reason": one.reason} for one in turns]
        observes = Observer.objects.filter(organisation=organisation, person=person)
        rows += [{"observes_for": one.initiative, "expert": one.expert} for one in observes]
        absences = StandIn.objects.filter(organisation=organisation, person=person)
        rows += [{"away_from": str(one.first), "until": str(one.last), "delegate": one.delegate} for one in absences]
        return rows

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the person's challenges with their files; their name goes from those of others."""
        if not person:
            return 0
        others = Challenge.objects.filter(organisation=organisation)
        cleared = others.filter(shared_with=person).update(shared_with="")
        cleared += others.filter(signed_by=person).update(signed_by="")
        cleared += Turn.objects.filter(challenge__organisation=organisation, person=person).update(person="")
        seen = Observation.objects.filter(challenge__organisation=organisation, observer=person)
        cleared += seen.update(observer="")
        asked = CheckIn.objects.filter(challenge__organisation=organisation, person=person, source="observer")
        cleared += asked.update(person="")
        for one in Evidence.objects.filter(challenge__organisation=organisation, challenge__person=person):
            delete_file(organisation, one)
        gone = [
            others.filter(person=person).delete()[0],
            Asked.objects.filter(challenge__organisation=organisation, person=person).delete()[0],
            Observer.objects.filter(organisation=organisation, person=person).delete()[0],
            StandIn.objects.filter(organisation=organisation, person=person).delete()[0],
        ]
        cleared += StandIn.objects.filter(organisation=organisation, delegate=person).update(delegate="")
        return cleared + sum(gone)


def _plain(one: Challenge) -> Mapping[str, Any]:
    debrief = getattr(one, "debrief", None)
    return {
        "challenge": f"{one.initiative}/{one.step}",
        "state": one.state,
        "case": one.case,
        "plan": f"{one.cue} → {one.action}",
        "shared_with": one.shared_with,
        "signed_by": one.signed_by,
        "score": one.scaled,
        "history": [f"{turn.at:%Y-%m-%d} {turn.state} {turn.reason}".strip() for turn in one.turns.all()],
        "evidence": [
            {"kind": piece.kind, "text": piece.text, "link": piece.link, "file": piece.file_name}
            for piece in one.evidence.all()
        ],
        "observations": [{"levels": seen.levels, "comment": seen.comment} for seen in one.observations.all()],
        "check_ins": [
            {
                "days": check.days, "said_by": check.source, "used": check.used, "how_often": check.how_often,
                "helped": check.helped, "in_the_way": check.hindered, "example": check.example,
            }
            for check in one.check_ins.all()
        ],
        "debrief": [debrief.happened, debrief.surprised, debrief.next] if debrief else [],
    }  # fmt: skip
