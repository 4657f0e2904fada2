"""Rules in words for pages."""

from django import template
from django.utils.translation import gettext as _

from upshot.web.automation.forms import ACTS, EVENTS, TO
from upshot.web.automation.language.words import ABOUT_PEOPLE, Act, Rule

register = template.Library()


@register.filter
def in_words(rule: Rule) -> str:
    """A rule as a sentence: when, for whom, what."""
    when = str(dict(EVENTS)[rule.when.event])
    named = rule.when.initiative or rule.when.kpi
    if named:
        when += f" ({named})"
    if rule.when.before:
        when += ", " + _("%(time)s before") % {"time": rule.when.before}
    elif rule.when.after:
        when += ", " + _("%(time)s later") % {"time": rule.when.after}
    acts = _(" and ").join(_act(rule, act) for act in rule.then)
    said = {"when": when, "acts": acts, "whom": _whom(rule)}
    return _("When %(when)s%(whom)s: %(acts)s.") % said


def _whom(rule: Rule) -> str:
    parts = [str(rule.if_.audience)] if rule.if_.audience else []
    parts += [", ".join(names) for names in (rule.if_.role, rule.if_.site) if names]
    return _(", for %(whom)s") % {"whom": "; ".join(parts)} if parts else ""


def _act(rule: Rule, act: Act) -> str:
    kind = next(name for name, _words in ACTS if getattr(act, name) is not None)
    words, said = str(dict(ACTS)[kind]), act.message or act.task
    if said is not None:
        default = "person" if rule.when.event in ABOUT_PEOPLE else "leaders"
        to = said.channel or str(dict(TO)[said.to or default])
        return (
            _("%(what)s to %(whom)s") % {"what": words, "whom": to}
            if act.message
            else _("%(what)s of %(whom)s") % {"what": words, "whom": to}
        )
    target = act.enrol or act.propose_review
    return f"{words} ({target})" if target else words
