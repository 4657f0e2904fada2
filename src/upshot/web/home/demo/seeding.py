"""Fill a home folder with the demonstration, step by step; what is there already is kept."""

from collections.abc import Callable
from pathlib import Path

from upshot.web.accounts.models import Organisation, User
from upshot.web.boot import ensure_organisation
from upshot.web.home.demo.answers import make_answers, put_on_record_once
from upshot.web.home.demo.at_work import make_work
from upshot.web.home.demo.history import make_history
from upshot.web.home.demo.messages import make_messages
from upshot.web.home.demo.motivation import make_motivation
from upshot.web.home.demo.parts import PARTS, make_parts
from upshot.web.home.demo.paths import make_paths
from upshot.web.home.demo.practice import make_practice
from upshot.web.home.demo.support import make_support
from upshot.web.home.demo.threads import make_threads
from upshot.web.people.models import Person
from upshot.web.people.services import mirror
from upshot.web.plans.services import opened
from upshot.web.plans.warming import warm
from upshot.workspace.demo import STUDIES
from upshot.workspace.harbour import display_names

__all__ = ["seed"]

Say = Callable[[str], None]


def seed(home: Path, say: Say) -> Organisation:
    """Bring users, history, answers and ledger of the workspaces in a home folder into its database.

    Parameters
    ----------
    home
        Folder with the workspaces ``harbour`` and those of the studies; Django is set up for it.
    say
        Told a line about each thing that was made.
    """
    harbour = ensure_organisation(home, "harbour", simulated=True)
    studies = [ensure_organisation(home, study.name) for study in STUDIES]
    for organisation in (harbour, *studies):
        mirror(organisation)
    _name(harbour, home)
    made = make_parts(harbour, studies)
    if made:
        say(f"  {made} people to look at it as, one for each role")
    leader = User.objects.get(email=PARTS[0].email)
    written = make_history(harbour, leader)
    if written:
        say(f"  {written} promises and decisions of two years, in the ledger")
    played = make_practice(harbour, leader)
    if played:
        say(f"  {played} attempts at its scenarios, by simulated people")
    say(f"  {make_paths(harbour, leader)} places of people on its paths, with what they did so far")
    challenges, answers = make_work(harbour, leader)
    if challenges:
        say(f"  {challenges} challenges at work with their check-ins, and {answers} answers to surveys")
    supported = make_support(harbour)
    if supported:
        say(f"  {supported} times that managers helped somebody to use what they learned")
    chosen = make_motivation(harbour)
    if chosen:
        say(f"  {chosen} sentences and badges, for a learner who chose to see them")
    for organisation in studies:
        opened(organisation)
    for organisation in (harbour, *studies):
        make_answers(organisation, leader, say)
    put_on_record_once(harbour, leader)
    say(f"  {make_threads(harbour)} questions about its answers, and what was answered")
    said = make_messages(harbour, leader)
    if said:
        say(f"  {said} messages of a month, written down and not sent")
    for organisation in (harbour, *studies):
        warm(organisation)
    return harbour


def _name(harbour: Organisation, home: Path) -> None:
    """Give Harbour's people the invented names that stand in its staff export; the lake has none."""
    names = display_names(home / harbour.folder)
    unnamed = [person for person in Person.objects.filter(organisation=harbour, name="") if person.key in names]
    for person in unnamed:
        person.name = names[person.key]
    Person.objects.bulk_update(unnamed, ["name"], batch_size=500)
