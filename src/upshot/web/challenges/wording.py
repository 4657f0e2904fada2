"""Words of challenges: states, relationships, the questions of check-ins and debriefs, and what was taken out."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["DEBRIEF", "HELPED", "HINDERED", "NEXT", "RELATIONSHIPS", "Words", "removed_words"]

Words = str | Promise

RELATIONSHIPS: Final[dict[str, Words]] = {
    "manager": gettext_lazy("as their manager"),
    "delegate": gettext_lazy("standing in for their manager"),
    "one-up": gettext_lazy("one level up"),
    "peer": gettext_lazy("as the colleague they chose"),
    "observer": gettext_lazy("as an observer"),
    "expert": gettext_lazy("as an expert"),
}

NEXT: Final[dict[str, Words]] = {
    "planned": gettext_lazy("Do it, then hand in what shows it."),
    "submitted": gettext_lazy("It waits for a sign-off."),
    "returned": gettext_lazy("It came back with a reason. Mend it and hand it in again."),
    "signed": gettext_lazy("Done, seen and signed."),
    "lapsed": gettext_lazy("Nothing moved for 60 days. Begin again with another case."),
}

HELPED: Final[tuple[tuple[str, Words], ...]] = (
    ("tried-before", gettext_lazy("Having tried it once before it mattered")),
    ("manager", gettext_lazy("My manager asked about it or made time")),
    ("colleague", gettext_lazy("A colleague did it too, or talked it over with me")),
    ("material", gettext_lazy("Notes, a card or an example at hand")),
    ("occasion", gettext_lazy("There were plenty of occasions")),
    ("customer", gettext_lazy("The other side welcomed it")),
)
"""What can have helped: code and words."""

HINDERED: Final[tuple[tuple[str, Words], ...]] = (
    ("no-time", gettext_lazy("No time for it in the working day")),
    ("no-occasion", gettext_lazy("No occasion came up")),
    ("system", gettext_lazy("A system, form or rule stands against it")),
    ("target", gettext_lazy("What we are measured by pulls the other way")),
    ("unsure", gettext_lazy("Not sure how to do it well")),
    ("manager", gettext_lazy("My manager wants it done differently")),
    ("not-better", gettext_lazy("The old way works as well")),
)
"""What can have been in the way: code and words."""

DEBRIEF: Final[dict[str, Words]] = {
    "happened": gettext_lazy("What did you do, and what did the other side do?"),
    "surprised": gettext_lazy("What turned out differently from what you had planned?"),
    "next": gettext_lazy("What will you do the next time the same moment comes?"),
}

_REMOVED: Final[dict[str, Words]] = {
    "email": gettext_lazy("an e-mail address"),
    "phone": gettext_lazy("a telephone number"),
    "account": gettext_lazy("an account number"),
}


def removed_words(removed: dict[str, int]) -> str:
    """What was taken out before storing, in a sentence; empty where nothing was."""
    if not removed:
        return ""
    kinds = ", ".join(str(_REMOVED[kind]) for kind in removed)
    return _("Stored without %(kinds)s: these lead to a customer.") % {"kinds": kinds}
