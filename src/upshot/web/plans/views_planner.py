"""Could it be seen, and who starts when: the verdict before money is spent, and waves drawn by lot."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upshot.errors import DesignError, InputError, PlanError
from upshot.plan.change import Add, Change, Remove, Set, change
from upshot.plan.expression import In
from upshot.plan.initiatives import Initiative
from upshot.plan.write import Value
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.forms import DrawForm
from upshot.web.plans.models import Version
from upshot.web.plans.opening import Today, initiative_or_404, with_plan
from upshot.web.plans.selectors import swaps_of
from upshot.web.plans.services import PlanMovedError, keep_draft, store
from upshot.web.plans.swapping import by_lot
from upshot.workspace.power import power_of
from upshot.workspace.waves import WavePlan, plan_waves

__all__ = ["rollout", "visibility"]


@require_GET
@page(Permission.PLAN)
@with_plan
def visibility(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """The verdict: what the plan could see, and what would change it."""
    item = initiative_or_404(today[1], key)
    known: dict[str, Any] = {"initiative": item, "today": dt.date.today()}
    try:
        verdict = power_of(viewer.workspace, key, today[1])
    except DesignError as error:
        known["problems"] = [str(error)]
    except InputError as error:
        known["problems"] = [f"{problem.text} {problem.fix}".strip() for problem in error.problems]
    else:
        known |= {"verdict": verdict, "kpi": today[1].plan.kpi(verdict.kpi)}
    return render(request, "plans/visibility.html", known)


@require_http_methods(["GET", "POST"])
@page(Permission.PLAN)
@with_plan
def rollout(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Draw waves, show the calendar and whether the comparison is fair, and write them into the plan."""
    item = initiative_or_404(today[1], key)
    form = DrawForm(request.POST or None, initial={"seed": item.design.seed, "waves": max(len(item.waves), 3)})
    known: dict[str, Any] = {
        "initiative": item,
        "form": form,
        "kept": today[0],
        "may_edit": viewer.everywhere(Permission.EDIT_PLAN),
        "may_answer": viewer.everywhere(Permission.LOCK),
        "swaps": swaps_of(viewer, key),
        "by_lot": by_lot(item),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "plans/rollout.html", known)
    if not viewer.everywhere(Permission.EDIT_PLAN):
        raise PermissionDenied
    try:
        drawn = plan_waves(viewer.workspace, key, document=today[1], **form.rules())
    except DesignError as error:
        form.add_error(None, str(error))
        return render(request, "plans/rollout.html", known)
    except InputError as error:
        for problem in error.problems:
            form.add_error(None, f"{problem.text} {problem.fix}".strip())
        return render(request, "plans/rollout.html", known)
    if request.POST.get("do") == "store" and not drawn.refused:
        return _stored(request, viewer, today, key, drawn)
    names = dict(drawn.teams)
    columns = [(wave, sorted(name for name, at in names.items() if at == wave.number)) for wave in drawn.waves]
    held = sorted(name for name, at in names.items() if at is None)
    again = DrawForm(initial={**form.cleaned_data, "seed": drawn.seed})
    return render(
        request, "plans/rollout.html", {**known, "drawn": drawn, "columns": columns, "held": held, "again": again}
    )


def _stored(request: HttpRequest, viewer: Viewer, today: Today, key: str, drawn: WavePlan) -> HttpResponse:
    """The drawn waves as a version of the plan, its lot on record."""
    version, document = today
    changes = wave_changes(document.plan.initiative(key), drawn)
    say = {"number": len(drawn.waves), "seed": drawn.seed, "mark": drawn.fingerprint[:12]}
    note = _("%(number)s waves drawn by lot, seed %(seed)s, lot %(mark)s") % say
    try:
        text = change(document, changes).text
        stored = store(
            organisation=viewer.organisation,
            author=viewer.user,
            text=text,
            base=int(request.POST.get("base") or version.number),
            source=Version.Source.PLANNER,
            note=note,
        )
    except PlanMovedError:
        keep_draft(viewer=viewer, text=text, base=version, note=note)
        return redirect("plan-merge", org=viewer.organisation.slug)
    except PlanError as error:
        messages.error(request, str(error))
        return redirect("rollout", org=viewer.organisation.slug, key=key)
    messages.success(request, _("Stored as version %(number)s, with the seed of the lot.") % {"number": stored.number})
    return redirect("promise", org=viewer.organisation.slug, key=key)


def wave_changes(item: Initiative, drawn: WavePlan) -> list[Change]:
    """What a drawn plan changes: the way of drawing, the seed, and the waves with their shares.

    Waves of support also name their teams: the roster says only in which wave of the training somebody is.
    """
    here = ("initiatives", item.id)
    named = item.support is not None and drawn.by == "team"
    total = sum(wave.units for wave in drawn.waves) + drawn.held_back
    changes: list[Change] = [
        Set((*here, "design", "assign"), f"random-by-{drawn.by}"),
        Set((*here, "design", "seed"), drawn.seed),
        *(Remove((*here, "waves", at)) for at in range(len(item.waves))),
    ]
    for wave in drawn.waves:
        teams = tuple(sorted(name for name, number in drawn.teams if number == wave.number))
        made: dict[str, Value] = {"id": f"wave-{wave.number}", "start": wave.start}
        made["share"] = round(wave.units / total, 4)
        changes.append(Add((*here, "waves"), made | ({"where": str(In("team", teams))} if named else {})))
    return changes
