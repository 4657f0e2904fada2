"""The short scenario that a new one begins from, and the same one begun for a step of the plan."""

import re
from collections.abc import Mapping

from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step

__all__ = ["STARTER", "started_for"]

_HEAD = """---
format: upshot-scenario/1
id: {id}
title: {title}
summary: One sentence that a learner reads before they begin.
competencies: {{{competencies}}}
{kpis}pass: {{min_scaled: {mastery}}}
start: opening
---
"""
_BODY = """
# What happens first {{#opening}}

{action}"What somebody says to you, in their own words."

- [What a skilled person does here](#well){{id=ask {competency}=2 .best}}

  > Say what this achieved.

- [What people often do instead](#badly){{id=tell {competency}=-1}}

# It goes well {{#well .end outcome=success reflect="What made the difference?"}}

Say how it ends, and why.

# It does not go well {{#badly .end outcome=fail}}

Say what it cost.
"""


def _written(**head: str) -> str:
    return _HEAD.format(**{key: value for key, value in head.items() if key not in ("action", "competency")}) + (
        _BODY.format(action=head["action"], competency=head["competency"])
    )


STARTER = _written(
    id="my-scenario", title="What this is about, in a few words", kpis="", mastery="0.6", action="",
    competencies="listening: {weight: 1, label: Listening first}", competency="listening",
)  # fmt: skip


def started_for(initiative: Initiative, step: Step, taken: Mapping[str, str]) -> str:
    """The example begun for a step of the plan: its title, its competencies, its KPIs, and the action it is for.

    Parameters
    ----------
    taken
        Competencies that the initiative's actions take: name to label.
    """
    names = list(taken) or ["listening"]
    wanted = ", ".join(f"{one}: {{weight: 1{_label(taken.get(one, ''))}}}" for one in names)
    kpis = ", ".join(dict.fromkeys(one.kpi for one in initiative.expected))
    actions = " ".join(one.text for one in initiative.actions)
    return _written(
        id=re.sub(r"[^a-z0-9-]+", "-", step.id.lower()).strip("-") or "my-scenario",
        title=_words(step.title or step.id),
        competencies=wanted, kpis=f"kpis: [{kpis}]\n" if kpis else "", mastery=str(step.mastery or 0.6),
        action=f"(It is for this: {_plain(actions)})\n\n" if actions else "", competency=names[0],
    )  # fmt: skip


def _label(text: str) -> str:
    return f", label: {_words(text)}" if text else ""


def _words(text: str) -> str:
    """A line of text as YAML reads it back: in quotes, which need no other care."""
    return '"' + " ".join(text.split()).replace("\\", "").replace('"', "'") + '"'


def _plain(text: str) -> str:
    """Words without what Markdown or the format would read in them."""
    return re.sub(r"[{}<>\[\]`*#]", "", " ".join(text.split()))
