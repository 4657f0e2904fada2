"""A learner's own case: what leads to people is taken out, they read it and agree, a designer gets a draft of it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.people.models import Person
from upshot.web.practice import authoring
from upshot.web.practice.models import Attempt, Case, Scenario, ScenarioVersion
from upshot.web.privacy.scrubbing import scrub

__all__ = ["LONGEST", "Written", "bring", "scrubbed", "withdraw"]

LONGEST = 4000
"""Characters of each part."""
_NAME = "[name]"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A case in its parts, and what was taken out of it: kinds with their counts."""

    title: str
    situation: str
    did: str
    expert: str
    taken_out: dict[str, int]


def scrubbed(organisation: Organisation, *, title: str, situation: str, did: str, expert: str) -> Written:
    """Take out e-mail addresses, telephone and account numbers, and names on the roster.

    Customers' names are not on the roster, and no rule can tell them from other words: the page asks the writer to read
    it once more.
    """
    names = _names(organisation)
    counts: dict[str, int] = {}

    def clean(text: str) -> str:
        found = scrub(text.strip()[:LONGEST])
        without, named = _unnamed(found.text, names)
        for kind, number in (*found.removed.items(), ("name", named)):
            if number:
                counts[kind] = counts.get(kind, 0) + number
        return without

    parts = [clean(text) for text in (title[:120], situation, did, expert)]
    return Written(title=parts[0], situation=parts[1], did=parts[2], expert=parts[3], taken_out=counts)


def _names(organisation: Organisation) -> frozenset[str]:
    """Every word of every name on the roster, folded; very short ones would take ordinary words with them."""
    rows = Person.objects.filter(organisation=organisation).exclude(name="").values_list("name", flat=True)
    words = (word for name in rows.iterator() for word in _WORD.findall(name))
    return frozenset(_folded(word) for word in words if len(word) >= _SHORTEST)


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def _unnamed(text: str, names: frozenset[str]) -> tuple[str, int]:
    """The text with words that are names and begin with a capital taken out; neighbours become one."""
    found = 0

    def put(match: re.Match[str]) -> str:
        nonlocal found
        word = match.group()
        bare = re.sub(r"['’]s$", "", word)
        if not word[:1].isupper() or _folded(bare) not in names:
            return word
        found += 1
        return _NAME + word[len(bare) :]

    without = _WORD.sub(put, text)
    return re.sub(r"\[name\](?:\s+\[name\])+", _NAME, without), found


@transaction.atomic
def bring(*, viewer: Viewer, written: Written, agreed: bool) -> Case:
    """Keep a case that its writer has read and agreed to, and make a draft of it; the same words are the same case.

    Raises
    ------
    InputError
        If the viewer is not on the roster, a part is missing, or they did not agree.
    """
    problems = list(_missing(viewer, written, agreed))
    if problems:
        raise InputError(problems)
    mine = Case.objects.filter(organisation=viewer.organisation, person=viewer.person, withdrawn=None)
    same = mine.filter(situation=written.situation, did=written.did, expert=written.expert).first()
    if same is not None:
        return same
    case = Case.objects.create(
        organisation=viewer.organisation, person=viewer.person, title=written.title, situation=written.situation,
        did=written.did, expert=written.expert, taken_out=written.taken_out,
    )  # fmt: skip
    slug = _free_slug(viewer.organisation, case.pk)
    text = _draft(slug, written)
    case.scenario = Scenario.objects.create(
        organisation=viewer.organisation, slug=slug, activity=authoring.own_activity(viewer.organisation, slug)
    )
    case.save(update_fields=["scenario"])
    ScenarioVersion.objects.create(
        scenario=case.scenario, number=1, text=text, title=written.title,
        note=_("A learner's own case, to be worked on"),
    )  # fmt: skip
    record(viewer, "case-brought", slug)
    return case


def _missing(viewer: Viewer, written: Written, agreed: bool) -> Iterable[Problem]:
    if not viewer.person:
        text = _("Your sign-in is not linked to anybody on the roster.")
        yield Problem(code="nobody", text=text, fix=_("Ask an administrator to link it under Members."))
    for part, text in (
        (written.title, _("It has no name.")), (written.situation, _("The situation is missing.")),
        (written.did, _("What you did is missing.")), (written.expert, _("What an expert would do is missing.")),
    ):  # fmt: skip
        if not part:
            yield Problem(code="part-missing", text=text, fix=_("Write it in a sentence or two."))
    if not agreed:
        text = _("You have not agreed that designers read it.")
        yield Problem(code="not-agreed", text=text, fix=_("Read it once more and tick the box, or leave the page."))


def _free_slug(organisation: Organisation, number: int) -> str:
    slug = f"own-case-{number}"
    while Scenario.objects.filter(organisation=organisation, slug=slug).exists():
        slug += "-x"
    return slug


def _draft(slug: str, written: Written) -> str:
    """The case in the studio's format: its decision, what was done, what an expert would do, and two endings."""
    return f"""---
format: upshot-scenario/1
id: {slug}
title: "{_line(written.title)}"
summary: A case that a colleague brought.
source: A colleague's own case, with their consent; what leads to people was taken out
start: situation
---

# {_line(written.title)} {{#situation}}

{_block(written.situation)}

- [{_line(written.expert)}](#well){{id=expert .best}}

  > Say what this achieves.

- [{_line(written.did)}](#as-it-went){{id=as-it-went}}

  > Say what it cost.

# It goes well {{#well .end outcome=success reflect="What made the difference?"}}

Say how it ends.

# As it went {{#as-it-went .end outcome=partial reflect="At which moment could it have gone another way?"}}

Say how it ended.
"""


_READ_AS_FORMAT = re.compile(r"[{}<>\[\]\\`\"]")


def _line(text: str) -> str:
    """One line without what the format would read in it."""
    return _READ_AS_FORMAT.sub("", " ".join(text.replace("[", "(").replace("]", ")").split()))


def _block(text: str) -> str:
    """Paragraphs; what would begin a step, a choice or a quote is made ordinary words."""
    lines = (line.strip() for line in text.replace("[", "(").replace("]", ")").splitlines())
    return "\n".join(_READ_AS_FORMAT.sub("", line).lstrip("#->*+ ") for line in lines)


@transaction.atomic
def withdraw(*, viewer: Viewer, number: int) -> Case | None:
    """Take a case of one's own back: its words are deleted, and its draft; one that people have played is closed."""
    mine = Case.objects.select_for_update(of=("self",)).filter(organisation=viewer.organisation, person=viewer.person)
    case = mine.exclude(person="").filter(pk=number).select_related("scenario").first()
    if case is None or case.withdrawn is not None:
        return case
    scenario = case.scenario
    case.withdrawn, case.scenario = timezone.now(), None
    case.title = case.situation = case.did = case.expert = ""
    case.save()
    if scenario is not None:
        _take_back(viewer, scenario)
    return case


def _take_back(viewer: Viewer, scenario: Scenario) -> None:
    if Attempt.objects.filter(scenario=scenario).exists():
        authoring.retire(viewer=viewer, scenario=scenario, retired=True)
        return
    slug = scenario.slug
    scenario.delete()
    record(viewer, "case-withdrawn", slug)
