"""Words of simulated advisers and leads: plans, evidence, comments, reasons, check-ins and debriefs."""

from dataclasses import dataclass
from typing import Final

__all__ = ["COMMENTS", "CONVERSATION", "DEBRIEFS", "EXAMPLES", "HELPED", "HINDERED", "NOTES", "REASONS", "Task"]


@dataclass(frozen=True, slots=True)
class Task:
    """A challenge of Harbour's plan, with plans (case, if, then) and evidence as people write them."""

    initiative: str
    step: str
    title: str
    plans: tuple[tuple[str, str, str], ...]
    evidence: tuple[str, ...]


_PLANS: Final = (
    (
        "A couple in their thirties has an appointment on Thursday. They wrote that they only want a lower rate on the "
        "flat. The file shows one income and a lease that ends in spring.",
        "they ask for the rate before anything else",
        "say that I come to it in five minutes, and ask who lives in the flat and what changes by spring",
    ),
    (
        "A baker who has been with us for nine years asks for a larger overdraft before Christmas, as every year.",
        "he asks for the same limit as last year",
        "ask what the two ovens have to earn next year before I open the overdraft page",
    ),
    (
        "A nurse wants to close a savings plan because the tax return came late.",
        "she puts the form on the table",
        "ask what the money was meant for when she began, and leave the form where it is",
    ),
    (
        "A student comes to raise the card limit for a semester abroad.",
        "he names an amount in the first sentence",
        "ask what a month there costs and who helps when something goes wrong, then talk about the card",
    ),
    (
        "A widower brings his late wife's papers. His daughter comes along.",
        "the daughter asks what they have to sign",
        "ask both what must not go wrong in the next half year before I take a pen",
    ),
    (
        "A family of five asks whether the building savings can be paid out early. Their third child was born in May.",
        "they ask how fast it goes",
        "ask which room comes first and by when, and write the date down in front of them",
    ),
    (
        "A freelance translator wants a second account 'just for tax'.",
        "she asks only for the account",
        "ask how a bad quarter looked last time and what she lived on",
    ),
    (
        "A couple near retirement compares our deposit rate with an online bank's.",
        "they show me the other offer on the phone",
        "ask what the money has to do in two years before I say a number",
    ),
)

_EVIDENCE: Final = (
    "I did ask first. They talked for ten minutes about the lease and his mother moving in. We agreed to look at the "
    "flat and at care together on the 12th. It is in the file, with the date.",
    "He was impatient at first. When I asked about the ovens he took out his own figures. The overdraft stayed as it "
    "was; we made an appointment about leasing.",
    "It felt slow. But the real reason came after the third question, and it was not the rate. Next step is agreed, "
    "the customer wrote it down too.",
    "I forgot the second question and came back to it at the end. It still worked: there was a second need and I used "
    "their words for it in the note.",
    "She did not want to talk about it and I let it be. We agreed that I ring on the 3rd. I would call that half done.",
    "They had expected a form and got a conversation. They said so. The next appointment is with both of them.",
)

CONVERSATION: Final = Task(
    "needs-first", "real-conversation", "One conversation of my own", plans=_PLANS, evidence=_EVIDENCE
)

NOTES: Final = Task(
    "faster-wrap-up",
    "twenty-notes",
    "Twenty notes while talking",
    plans=(
        (
            "Calls about blocked cards between ten and noon, when one follows the next.",
            "the caller begins to tell what happened",
            "open the note and type the first line while they talk, and say that I am writing it down",
        ),
        (
            "Address changes: they take two minutes to solve and three to write up.",
            "I hear the word 'moved'",
            "choose the text block at once and fill the gaps aloud with the caller",
        ),
        (
            "Complaints that end in a promise to call back.",
            "I hear myself say 'we will'",
            "write who, what and by when before I say goodbye",
        ),
    ),
    evidence=(
        "Twenty notes on Tuesday and Wednesday. Fourteen were done when the call ended; the long ones were not.",
        "It works with cards and addresses. With complaints I fell back to writing afterwards in three of five.",
        "Callers did not mind the typing once I said what I was doing. Two thanked me for reading it back.",
    ),
)

COMMENTS: Final = (
    "You let the silence work. The second need came from them, not from you.",
    "Good questions. Next time say back what you heard before you go on.",
    "The date at the end was clear. The part about the next two years stayed general.",
    "You had your hand on the mouse early, and took it away again. That was the moment.",
    "Calm, and you used their words in the note.",
)

REASONS: Final = (
    "I read the note, but I cannot see from it what you asked. Please add the questions.",
    "There is no next step with a date. Ring them, agree one, and hand it in again.",
    "This is the conversation from before the training. Please take one from this month.",
)

HELPED: Final = ["tried-before", "manager", "colleague", "material", "occasion", "customer"]
HINDERED: Final = ["no-time", "no-time", "system", "target", "no-occasion", "unsure", "not-better"]

EXAMPLES: Final = (
    "A customer who came for a card went home with an appointment about care for the parents.",
    "I asked about the next two years, and the shop is to be handed over. We would have missed that.",
    "On Tuesday, with the queue at the door, I still asked. It took four minutes.",
    "Heard it from the next desk: the question came before the screen was turned.",
    "Twice this month; once it led nowhere, once to a second appointment.",
)

DEBRIEFS: Final = (
    (
        "I asked who lives there, and he first looked at the clock. Then he told me about the move.",
        "I had planned one question and needed three.",
        "Say at the start that I ask for five minutes before we get to the form.",
    ),
    (
        "She answered in one word. I waited, and then it came.",
        "The waiting was harder for me than for her.",
        "Count to five before I say anything else.",
    ),
    (
        "They talked to each other more than to me, and I let them.",
        "The second need was named by the one who had not spoken before.",
        "Turn to the quieter one first.",
    ),
)
