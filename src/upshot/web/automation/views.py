"""Pages of rules: the list, one rule with its trial and its past, the form, the document, versions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.automation import selectors, services
from upshot.web.automation.facts import Facts
from upshot.web.automation.forms import DocumentForm, RuleForm, fits_form
from upshot.web.automation.language.reading import RuleError
from upshot.web.automation.language.words import Rule, Ruleset
from upshot.web.automation.language.writing import put, remove, written_rule
from upshot.web.automation.naming import free_name
from upshot.web.automation.services import AskFirst
from upshot.web.automation.trying import try_rule

__all__ = [
    "rule",
    "rule_decide",
    "rule_edit",
    "rule_new",
    "rule_remove",
    "rules",
    "rules_document",
    "rules_version",
    "rules_versions",
]


@require_GET
@page(Permission.RULES)
def rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every rule with how it stands."""
    facts = selectors.facts_of(viewer.organisation)
    if facts is None:
        return render(request, "automation/no_plan.html", {"tab": "rules"})
    loaded, error = selectors.loads(viewer, facts.plan)
    lines = selectors.lines_of(viewer, loaded, facts.today) if loaded else []
    context = {"lines": lines, "problems": error.problems if error else (), "tab": "rules"}
    return render(request, "automation/rules.html", context)


def _facts(viewer: Viewer) -> Facts:
    facts = selectors.facts_of(viewer.organisation)
    if facts is None:
        raise Http404
    return facts


def _rule(viewer: Viewer, facts: Facts, name: str) -> Rule:
    loaded, _error = selectors.loads(viewer, facts.plan)
    found = loaded.rule(name) if loaded else None
    if found is None:
        raise Http404
    return found


@require_GET
@page(Permission.RULES)
def rule(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    """One rule: what it would have done in the last month, and what it did."""
    facts = _facts(viewer)
    found = _rule(viewer, facts, name)
    lines = selectors.lines_of(viewer, Ruleset(format="upshot-rules/1", rules=(found,)), facts.today)
    context = {
        "line": lines[0],
        "rule": found,
        "written": written_rule(found),
        "tried": try_rule(facts, found),
        "days": selectors.days_of(viewer, name),
        "fits_form": fits_form(found),
        "tab": "rules",
    }
    return render(request, "automation/rule.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.RULES)
def rule_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Write a rule in a form."""
    facts = _facts(viewer)
    return _form(request, viewer, facts, RuleForm(request.POST or None, plan=facts.plan), "")


@require_http_methods(["GET", "POST"])
@page(Permission.RULES)
def rule_edit(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    """Change a rule in a form; one that says more than the form is changed in the document."""
    facts = _facts(viewer)
    found = _rule(viewer, facts, name)
    if not fits_form(found):
        messages.info(request, _("This rule says more than the form has room for; change it in the document."))
        return redirect("rules-document", org=viewer.organisation.slug)
    form = RuleForm(request.POST or None, initial=RuleForm.initial_of(found), plan=facts.plan, name=name)
    return _form(request, viewer, facts, form, name)


def _form(request: HttpRequest, viewer: Viewer, facts: Facts, form: RuleForm, name: str) -> HttpResponse:
    before = selectors.current(viewer.organisation)
    context: dict[str, Any] = {"form": form, "name": name, "base": before.number, "tab": "rules"}
    if request.method == "POST" and form.is_valid():
        wanted = form.rule(name or free_name(form.cleaned_data["title"], before.text))
        try:
            services.keep_rules(
                viewer=viewer,
                facts=facts,
                text=put(before.text, wanted),
                base=_number(request, "base", before.number),
                agreed=_number(request, "agreed", None),
            )
        except AskFirst as ask:
            context["ask"] = ask
        except InputError as error:
            form.blame(error)
        else:
            messages.success(request, _("Kept. It acts on what happens from today on."))
            return redirect("rule", org=viewer.organisation.slug, name=wanted.id)
    return render(request, "automation/form.html", context)


def _number(request: HttpRequest, name: str, default: Any) -> Any:
    said = request.POST.get(name, "")
    return int(said) if said.isdigit() else default


@require_POST
@page(Permission.RULES)
def rule_remove(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponseRedirect:
    """Take a rule away; an earlier version of the document still holds it."""
    facts, before = _facts(viewer), selectors.current(viewer.organisation)
    _rule(viewer, facts, name)
    note = _("%(rule)s taken away") % {"rule": name}
    services.keep_rules(viewer=viewer, facts=facts, text=remove(before.text, name), base=before.number, note=note)
    messages.success(request, _("Taken away. Earlier versions still hold it."))
    return redirect("rules", org=viewer.organisation.slug)


@require_POST
@page(Permission.RULES)
def rule_decide(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponseRedirect:
    """Let a rule that stopped go on, or leave out what it stopped before."""
    facts = _facts(viewer)
    found = _rule(viewer, facts, name)
    if request.POST.get("choice") == "go-on":
        people = services.let_go_on(viewer=viewer, rule=found, facts=facts)
        text = ngettext("It goes on, with one person.", "It goes on, with %(n)s people.", people)
    else:
        people = services.leave_out(viewer=viewer, rule=found, facts=facts)
        text = ngettext(
            "One thing is left out. Nobody is written to.", "%(n)s things are left out. Nobody is written to.", people
        )
    messages.success(request, text % {"n": people} if people else _("It was decided already."))
    return redirect("rule", org=viewer.organisation.slug, name=name)


@require_http_methods(["GET", "POST"])
@page(Permission.RULES)
def rules_document(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All rules as text: every problem at once, each with its line."""
    facts, before = _facts(viewer), selectors.current(viewer.organisation)
    initial = {"text": before.text, "base": before.number}
    form = DocumentForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form, "tab": "document"}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            version = services.keep_rules(
                viewer=viewer,
                facts=facts,
                text=data["text"].replace("\r\n", "\n"),
                base=data["base"],
                note=data["note"],
                agreed=_number(request, "agreed", None),
            )
        except AskFirst as ask:
            context["ask"] = ask
        except RuleError as error:
            context["problems"] = error.problems
        except InputError as error:
            form.add_error(None, " ".join(f"{one.text} {one.fix}".strip() for one in error.problems))
        else:
            messages.success(request, _("Kept as version %(n)s.") % {"n": version.number})
            return redirect("rules", org=viewer.organisation.slug)
    return render(request, "automation/document.html", context)


@require_GET
@page(Permission.RULES)
def rules_versions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every version, newest first."""
    context = {"versions": selectors.versions_of(viewer).defer("text")[:200], "tab": "versions"}
    return render(request, "automation/versions.html", context)


@require_GET
@page(Permission.RULES)
def rules_version(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """One version as it was written, ready to be kept again."""
    version = get_object_or_404(selectors.versions_of(viewer), number=number)
    newest = selectors.current(viewer.organisation)
    note = _("as in version %(n)s") % {"n": version.number}
    form = DocumentForm(initial={"text": version.text, "base": newest.number, "note": note})
    context = {"version": version, "newest": newest.number, "form": form, "tab": "versions"}
    return render(request, "automation/version.html", context)
