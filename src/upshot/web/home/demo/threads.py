"""Questions about Harbour's answers, and what the owners answered: one is open, so that somebody can answer it."""

from dataclasses import dataclass

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.home.demo.parts import part_viewer
from upshot.web.measures.selectors import newest_runs
from upshot.web.plans.models import Comment
from upshot.web.plans.services import comment, opened, reply

__all__ = ["make_threads"]


@dataclass(frozen=True, slots=True)
class _Question:
    """Who asks what about which initiative's answer, and what is answered by whom."""

    initiative: str
    asks: str
    text: str
    answers: str = ""
    answer: str = ""


_QUESTIONS = (
    _Question(
        "needs-first",
        "council",
        "The branches that start last wait until September. Does a late start count against anybody?",
        "leader",
        "No. Who starts when was drawn by lot, no page shows a result of one branch, and nobody is judged by the wait.",
    ),
    _Question(
        "faster-wrap-up",
        "executive",
        "Calls got shorter and fewer callers are content. Which of the two did we promise to protect?",
        "analyst",
        "Both: contentment is the guardrail of handling time in the plan. That is why the review said fix, not scale.",
    ),
    _Question("leading-well", "council", "What would have to be different for us to know next time?"),
)


def make_threads(harbour: Organisation) -> int:
    """Ask and answer what was not asked yet; how many questions."""
    runs, version = newest_runs(harbour), opened(harbour)
    made = 0
    for one in _QUESTIONS:
        anchor = f"initiatives[{one.initiative}]"
        run = runs.get(one.initiative)
        if run is None or Comment.objects.filter(version__organisation=harbour, anchor=anchor, to=None).exists():
            continue
        asker = _viewer(harbour, one.asks)
        said = comment(viewer=asker, version=version, text=one.text, anchor=anchor, run=run.pk)
        if one.answers:
            reply(viewer=_viewer(harbour, one.answers), to=said, text=one.answer)
        made += 1
    return made


def _viewer(harbour: Organisation, key: str) -> Viewer:
    viewer = part_viewer(harbour, key)
    assert viewer is not None, "everybody in the demonstration belongs to Harbour"  # noqa: S101
    return viewer
