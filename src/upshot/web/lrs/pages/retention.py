"""The page about retention: how long which statements are kept, what that would remove now, and doing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.jobs.services import start
from upshot.web.lrs.forms import RuleForm
from upshot.web.lrs.models import RetentionRule
from upshot.web.lrs.selectors.keys import rules_now
from upshot.web.lrs.services.retention import set_rule

__all__ = ["retention", "retention_apply", "rule_delete"]


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def retention(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the rules with what each would remove now, and set one."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        rule = set_rule(
            viewer.organisation,
            days=data["days"],
            verb=data["value"] if data["kind"] == "verb" else None,
            activity_type=data["value"] if data["kind"] == "activity-type" else None,
        )
        record(viewer, "retention-set", f"rule {rule.pk}", kind=rule.kind, value=rule.value, days=rule.days)
        messages.success(request, _("The rule holds. Older statements are removed within the hour, or at once below."))
        return redirect("retention", org=viewer.organisation.slug)
    rules = rules_now(viewer)
    removable = sum(one.statements for one in rules)
    context = {"rules": rules, "removable": removable, "form": form, "may_administer": True}
    return render(request, "lrs/retention.html", context)


@require_POST
@page(Permission.ACCESS)
def rule_delete(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Take a rule away; its statements fall under the next that fits, or are kept."""
    rule = get_object_or_404(RetentionRule, pk=number, organisation=viewer.organisation)
    record(viewer, "retention-rule-deleted", f"rule {rule.pk}", kind=rule.kind, value=rule.value, days=rule.days)
    rule.delete()
    messages.success(request, _("The rule is gone. You can set it again below."))
    return redirect("retention", org=viewer.organisation.slug)


@require_POST
@page(Permission.ACCESS)
def retention_apply(request: HttpRequest, viewer: Viewer) -> HttpResponseRedirect:
    """Remove at once what the rules let go, as a job."""
    back = reverse("retention", kwargs={"org": viewer.organisation.slug})
    job = start(viewer, "retention", title=_("Removing old statements"), parameters={}, next_url=back)
    record(viewer, "retention-applied", f"job {job.pk}")
    return redirect("job", org=viewer.organisation.slug, job_id=job.pk)
