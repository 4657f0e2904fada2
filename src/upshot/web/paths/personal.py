"""What paths hold of a person: enrolments, records, certificates, seats, their commitments and those they may read."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.paths.models import Commitment, Enrolment

__all__ = ["PathStore"]


class PathStore:
    """Enrolments with everything that hangs on them."""

    name = "paths"
    models = (
        "paths.Enrolment",
        "paths.StepRecord",
        "paths.Certificate",
        "paths.Commitment",
        "paths.SignUp",
    )

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every path with its records, certificates, sentences and seats."""
        found = Enrolment.objects.filter(organisation=organisation, person=person).exclude(person="")
        fetched = found.prefetch_related("records", "certificates", "commitments", "sign_ups__session")
        return [_plain(enrolment) for enrolment in fetched]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the enrolments with all that hangs on them; others' sentences are no longer shared with the person."""
        if not person:
            return 0
        Commitment.objects.filter(enrolment__organisation=organisation, reader=person).update(reader="")
        deleted, _ = Enrolment.objects.filter(organisation=organisation, person=person).delete()
        return deleted


def _plain(enrolment: Enrolment) -> Mapping[str, Any]:
    return {
        "person": enrolment.person,
        "path": enrolment.initiative,
        "state": enrolment.state,
        "wave": enrolment.wave,
        "starts": str(enrolment.starts or ""),
        "done": str(enrolment.done or "not yet"),
        "records": [
            {
                "step": one.step,
                "verb": one.verb,
                "day": str(one.day),
                "score": one.scaled,
                "reason": one.reason,
                "evidence": one.evidence,
            }
            for one in enrolment.records.all()
        ],
        "certificates": [
            {
                "given": str(one.given),
                "expires": str(one.expires or "never"),
                "revoked": str(one.revoked or ""),
                "reason": one.revoked_reason or one.reason,
            }
            for one in enrolment.certificates.all()
        ],
        "commitments": [{"sentence": one.sentence, "shared_with": one.reader} for one in enrolment.commitments.all()],
        "seats": [
            {"session": str(one.session.starts), "attended": one.attended} for one in enrolment.sign_ups.all()
        ],
    }  # fmt: skip
