"""What is said to whom about challenges: kinds of message, when each is due, and what makes it superfluous."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.web.accounts.models import Organisation
from upshot.web.challenges.models import Asked, Challenge, CheckIn, Pair
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message
from upshot.web.outbox.services import Proposal, propose_all
from upshot.workspace.turns import NOT_YET

__all__ = [
    "KINDS",
    "check_ins_due",
    "moved",
    "not_paired_yet",
    "nothing_to_check_in",
    "nothing_to_sign",
    "paired",
    "shared",
]

_HERE = "upshot.web.challenges.messages"

KINDS: tuple[Kind, ...] = (
    Kind(
        name="sign-off",
        label=gettext_lazy("When somebody's challenge waits for your sign-off"),
        heading=gettext_lazy("Somebody did it at work and asks for your sign-off"),
        text=gettext_lazy("%(title)s. It takes about ten minutes: read what was handed in, and say what you saw."),
        action=gettext_lazy("Look at it"),
        done=f"{_HERE}.nothing_to_sign",
    ),
    Kind(
        name="challenge-returned",
        label=gettext_lazy("When a challenge of yours comes back"),
        heading=gettext_lazy("Your challenge came back with a reason"),
        text=gettext_lazy("%(title)s. Read what is missing; what you handed in is still there."),
        action=gettext_lazy("Read the reason"),
    ),
    Kind(
        name="challenge-signed",
        label=gettext_lazy("When a challenge of yours is signed"),
        heading=gettext_lazy("Your challenge is signed"),
        text=gettext_lazy("%(title)s. What was seen stands on its page, for you alone and whoever signed."),
        action=gettext_lazy("See it"),
    ),
    Kind(
        name="challenge-lapsed",
        label=gettext_lazy("When a challenge of yours lapses"),
        heading=gettext_lazy("Your challenge lapsed"),
        text=gettext_lazy("%(title)s. Nothing moved for 60 days. You can begin again with another case at any time."),
        action=gettext_lazy("Begin again"),
    ),
    Kind(
        name="plan-shared",
        label=gettext_lazy("When a colleague shares a plan with you"),
        heading=gettext_lazy("A colleague shared a plan with you"),
        text=gettext_lazy("%(title)s. Read it, and ask in a week or two how it went."),
        action=gettext_lazy("Read the plan"),
    ),
    Kind(
        name="debrief",
        label=gettext_lazy("When you have a partner for a debrief"),
        heading=gettext_lazy("You have a partner to talk it over with"),
        text=gettext_lazy("%(title)s. Twenty minutes, three questions, the two of you."),
        action=gettext_lazy("See the questions"),
    ),
    Kind(
        name="check-in",
        label=gettext_lazy("Check-ins after a challenge"),
        heading=gettext_lazy("How does it go, %(days)s days later?"),
        text=gettext_lazy("%(title)s. Five questions, two minutes."),
        action=gettext_lazy("Answer"),
        done=f"{_HERE}.nothing_to_check_in",
    ),
)

_TOLD = frozenset({"returned", "signed", "lapsed"})
"""States of which the person is told."""


def moved(challenge: Challenge, new_signers: Collection[str]) -> None:
    """Say what a move asks of others, and of the person. Runs in the transaction of the move."""
    why, turn = _("You are asked to sign because of your place beside this person."), _turn(challenge)
    said = [_proposal(challenge, "sign-off", signer, why, key=turn, route="sign-off") for signer in new_signers]
    if challenge.state in _TOLD:
        own = _("It is your own challenge.")
        said.append(_proposal(challenge, f"challenge-{challenge.state}", challenge.person, own, key=turn))
    if said:
        propose_all(challenge.organisation, said)
    if challenge.state == Challenge.State.PLANNED:
        shared(challenge)


def shared(challenge: Challenge) -> None:
    """Tell whoever the plan is shared with now, once a person."""
    reader, why = challenge.shared_with, _("Your colleague chose you to read it.")
    if reader:
        said = _proposal(challenge, "plan-shared", reader, why, key=f"{challenge.pk}", route="challenge-shared")
        propose_all(challenge.organisation, [said])


def paired(organisation: Organisation, pairs: Iterable[Pair]) -> None:
    """Tell both of each pair, once."""
    both, why = [one for pair in pairs for one in (pair.one, pair.other)], _("You both did the same challenge.")
    if both:
        propose_all(organisation, [_proposal(one, "debrief", one.person, why, key=f"{one.pk}") for one in both])


def not_paired_yet(organisation: Organisation, waiting: Iterable[Challenge]) -> None:
    """Write down, once, that a person is not paired because their turn has not come."""
    why = _("Debriefs come to some earlier than to others, so that their effect can be told.")
    known = set(
        Message.objects.filter(organisation=organisation, kind="debrief", note=NOT_YET).values_list("key", flat=True)
    )
    said = [replace(_proposal(one, "debrief", one.person, why, key=f"{one.pk}:later"), held=NOT_YET) for one in waiting]
    if new := [one for one in said if one.key not in known]:
        propose_all(organisation, new)


def check_ins_due(organisation: Organisation, due: Iterable[CheckIn]) -> None:
    """Ask whoever is due, once."""
    why = {CheckIn.Source.SELF: _("It is your own challenge."), CheckIn.Source.OBSERVER: _("You signed it.")}
    said = [
        _proposal(
            one.challenge, "check-in", one.person, why[CheckIn.Source(one.source)],
            key=f"{one.pk}", route="check-in", number=one.pk, days=one.days,
        )
        for one in due
    ]  # fmt: skip
    if said:
        propose_all(organisation, said)


def _proposal(
    challenge: Challenge,
    kind: str,
    person: str,
    why: str,
    *,
    key: str,
    route: str = "challenge-own",
    number: UUID | None = None,
    **context: object,
) -> Proposal:
    """A message about a challenge, with a link to its page, or to the one of ``number``."""
    return Proposal(
        person=person,
        kind=kind,
        key=f"{kind}:{key}",
        why=why,
        about=f"challenge:{challenge.pk}",
        context={"title": challenge.title, **context},
        link=reverse(route, kwargs={"org": challenge.organisation.slug, "number": number or challenge.pk}),
    )


def _turn(challenge: Challenge) -> str:
    return f"{challenge.pk}:{challenge.revision}"


def nothing_to_sign(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """Messages about challenges that their readers are no longer asked to sign."""
    asked = Asked.objects.filter(challenge__organisation=organisation, challenge__state=Challenge.State.SUBMITTED)
    open_ = {(str(challenge), person) for challenge, person in asked.values_list("challenge", "person")}
    return _unless(messages, lambda one: (one.about.partition(":")[2], one.person) in open_)


def nothing_to_check_in(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """Messages about check-ins that are answered, or gone."""
    waiting = CheckIn.objects.filter(challenge__organisation=organisation, answered=None)
    open_ = {(f"check-in:{pk}", person) for pk, person in waiting.values_list("pk", "person")}
    return _unless(messages, lambda one: (one.key, one.person) in open_)


def _unless(messages: Sequence[Message], needed: Callable[[Message], bool]) -> list[int]:
    return [one.pk for one in messages if not needed(one)]
