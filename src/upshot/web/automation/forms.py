"""The form of one rule, and that of the whole document."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.errors import InputError, Problem
from upshot.plan import Plan
from upshot.plan.expression import Expression
from upshot.plan.expression_parser import ExpressionError, parse_expression
from upshot.plan.values import Duration
from upshot.web.automation.language.words import ABOUT_PEOPLE, KEYS, Act, Condition, Rule, Said, When
from upshot.web.shell.choices import offer

__all__ = ["DocumentForm", "RuleForm", "fits_form"]

EVENTS = (
    ("joiner", _("somebody joins the firm")),
    ("mover", _("somebody changes team, role or site")),
    ("wave-starts", _("somebody's wave starts")),
    ("step-done", _("somebody has done a step")),
    ("overdue", _("a step is overdue")),
    ("certificate-expiring", _("a certificate runs out")),
    ("kpi-drifts", _("a KPI reads unusually")),
    ("data-late", _("data are late")),
    ("review-due", _("a review is due")),
)
TO = (
    ("person", _("the person")),
    ("manager", _("their manager")),
    ("leaders", _("learning leaders")),
    ("analysts", _("analysts")),
    ("executives", _("executives")),
    ("administrators", _("administrators")),
)
ACTS = (
    ("message", _("say something")),
    ("task", _("ask for something")),
    ("enrol", _("put the person on a path")),
    ("invite", _("send the wave's day as a calendar entry")),
    ("propose_review", _("propose a review")),
)


class RuleForm(forms.Form):
    """One rule: when, for whom, what. A rule that does several things is written in the document."""

    title = forms.CharField(
        label=_("What is it for?"), max_length=120, help_text=_("People read it as the reason: “Greet whoever joins”.")
    )
    event = forms.ChoiceField(label=_("When"), choices=EVENTS)
    days = forms.IntegerField(label=_("Days before or after"), min_value=0, max_value=365, required=False)
    side = forms.ChoiceField(
        label=_("Before or after"),
        choices=(("before", _("before that day")), ("after", _("after that day"))),
        required=False,
        help_text=_("Before goes with waves, certificates and reviews."),
    )
    initiative = forms.ChoiceField(label=_("Of which initiative"), required=False)
    kpi = forms.ChoiceField(label=_("Of which KPI"), required=False)
    audience = forms.CharField(
        label=_("If: for whom"),
        required=False,
        max_length=1000,
        help_text=_("As in a plan's audience, such as role = 'advisor' and not on_leave. Empty for everybody."),
    )
    role = forms.CharField(
        label=_("If: roles"), required=False, max_length=500, help_text=_("As on the roster, with commas between.")
    )
    site = forms.CharField(
        label=_("If: sites"), required=False, max_length=500, help_text=_("As on the roster, with commas between.")
    )
    act = forms.ChoiceField(label=_("Then"), choices=ACTS)
    to = forms.ChoiceField(label=_("To whom"), choices=TO, required=False)
    heading = forms.CharField(label=_("Heading"), required=False, max_length=120)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Short and kind. {day}, {initiative}, {step}, {kpi} and {what} are filled in where the event has them."
        ),
    )
    target = forms.ChoiceField(label=_("Path to enrol on, or initiative to review"), required=False)
    at_most = forms.IntegerField(
        label=_("Most people in one day"), min_value=1, initial=200, help_text=_("For more it stops and asks.")
    )
    active = forms.BooleanField(label=_("It runs"), required=False, initial=True)

    def __init__(self, *args: Any, plan: Plan, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        initiatives = [("", _("any")), *((item.id, item.title or item.id) for item in plan.initiatives)]
        self._choices("initiative", initiatives)
        self._choices("target", [("", "—"), *initiatives[1:]])
        self._choices("kpi", [("", _("any")), *((kpi.id, kpi.label or kpi.id) for kpi in plan.kpis)])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        offer(self, name, choices)

    def clean(self) -> dict[str, Any]:
        """What the act needs is there; what the event does not have is left out without a word."""
        data = super().clean() or {}
        act = data.get("act")
        for name in ("heading", "text") if act in ("message", "task") else ():
            if not data.get(name):
                self.add_error(name, _("Write what is said."))
        if act in ("enrol", "propose_review") and not data.get("target"):
            self.add_error("target", _("Choose an initiative."))
        if data.get("audience"):
            try:
                data["audience_read"] = parse_expression(data["audience"])
            except ExpressionError as error:
                self.add_error("audience", f"{error} {error.fix}".strip())
        return data

    def rule(self, name: str) -> Rule:
        """The rule that was typed; only of a valid form."""
        data = self.cleaned_data
        personal = data["event"] in ABOUT_PEOPLE
        audience: Expression | None = data.get("audience_read")
        condition = Condition(audience=audience, role=_listed(data["role"]), site=_listed(data["site"]))
        return Rule(
            id=name,
            title=data["title"],
            when=self._when(),
            if_=condition if personal else Condition(),
            then=(self._act(),),
            at_most=data["at_most"],
            active=data["active"],
        )

    def _when(self) -> When:
        data = self.cleaned_data
        may = KEYS[data["event"]]
        side = data["side"] or "after"
        side = side if side in may else next((key for key in ("before", "after") if key in may), "")
        shift = Duration(days=data["days"]) if data["days"] else None
        return When(
            event=data["event"],
            initiative=(data["initiative"] or None) if "initiative" in may else None,
            kpi=(data["kpi"] or None) if "kpi" in may else None,
            before=shift if side == "before" else None,
            after=shift if side == "after" else None,
        )

    def _act(self) -> Act:
        data = self.cleaned_data
        kind, target = data["act"], data["target"]
        said = Said(heading=data["heading"], text=data["text"], to=data["to"] or None)
        return Act(
            message=said if kind == "message" else None,
            task=said if kind == "task" else None,
            enrol=target if kind == "enrol" else None,
            invite="wave" if kind == "invite" else None,
            propose_review=target if kind == "propose_review" else None,
        )

    def blame(self, error: InputError) -> None:
        """Put problems of the document beside the fields they are about."""
        for problem in error.problems:
            self.add_error(_field(problem), f"{problem.text} {problem.fix}".strip())

    @classmethod
    def initial_of(cls, rule: Rule) -> dict[str, Any]:
        """A rule as the form shows it."""
        act = rule.then[0]
        kind = next(name for name, _words in ACTS if getattr(act, name) is not None)
        said = act.message or act.task
        shift = rule.when.before or rule.when.after
        return {
            "title": rule.title,
            "event": rule.when.event,
            "days": (shift.days + 30 * shift.months) if shift else None,
            "side": "before" if rule.when.before else "after",
            "initiative": rule.when.initiative or "",
            "kpi": rule.when.kpi or "",
            "audience": str(rule.if_.audience) if rule.if_.audience else "",
            "role": ", ".join(rule.if_.role),
            "site": ", ".join(rule.if_.site),
            "act": kind,
            "to": (said.to or "person") if said else "",
            "heading": said.heading if said else "",
            "text": said.text if said else "",
            "target": act.enrol or act.propose_review or "",
            "at_most": rule.at_most,
            "active": rule.active,
        }


def fits_form(rule: Rule) -> bool:
    """Whether the form can show all of a rule: one act, no channel, no step, whole days."""
    shift = rule.when.before or rule.when.after
    said = rule.then[0].message or rule.then[0].task
    return (
        len(rule.then) == 1 and rule.when.step is None and not (shift and shift.months) and not (said and said.channel)
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_FIELDS = {
    "audience": "audience",
    "heading": "heading",
    "text": "text",
    "to": "to",
    "initiative": "initiative",
    "kpi": "kpi",
    "enrol": "target",
    "propose_review": "target",
    "invite": "act",
}


def _field(problem: Problem) -> str | None:
    """The field of the form that a problem's key path ends in."""
    return _FIELDS.get((problem.column or "").rsplit(".", 1)[-1])


class DocumentForm(forms.Form):
    """All rules as text."""

    text = forms.CharField(
        label=_("Rules"),
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"class": "code", "rows": 26, "spellcheck": "false", "wrap": "off"}),
    )
    note = forms.CharField(label=_("What changed, and why"), max_length=200, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput)
