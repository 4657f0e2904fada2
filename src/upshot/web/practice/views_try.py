"""Play a text before anybody else does: nothing is stored and nothing is recorded."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from upshot.errors import Problem, ScenarioError
from upshot.scenario import Compiled, Score, Step, bounds_of, compiled, examine, score
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice.presenting import pictures_at, shown_step, shown_transcript
from upshot.web.practice.selectors import Told, version_of

__all__ = ["try_out"]


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def try_out(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Play the text that was sent along, or a stored version named by ``scenario`` and ``version``.

    Every form carries the text and all answers so far, so that the preview works without a stored attempt.
    """
    text = str(request.POST.get("text", "")).replace("\r\n", "\n")
    if request.method == "GET":
        text = _stored(request, viewer)
    answers = [*request.POST.getlist("a"), *filter(None, [str(request.POST.get("choice", ""))])]
    if request.POST.get("restart"):
        answers = []
    known = {"text": text, **_played(text, answers, viewer)}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "practice/tried.html" if part else "practice/try.html", known)


def _stored(request: HttpRequest, viewer: Viewer) -> str:
    number = request.GET.get("version", "")
    found = version_of(viewer, request.GET.get("scenario", ""), int(number) if number.isdecimal() else None)
    if found is None:
        raise Http404
    return found.text


def _played(text: str, answers: list[str], viewer: Viewer) -> dict[str, object]:
    examined = examine(text)
    if examined.scenario is None:
        return {"blocked": [one for one in examined.problems if one.kind == "error"]}
    content = compiled(examined.scenario)
    state, steps, problems = content.begin(), list[Step](), list[Problem]()
    try:
        for one in answers:
            steps.append(content.choose(state, one))
            state = steps[-1].state
    except ScenarioError as error:
        problems = list(error.problems)
    picture = pictures_at(viewer.organisation.slug, examined.scenario.id)
    told = shown_transcript([Told(one.node, one.choice, one.feedback) for one in steps], picture)
    found: Score = score(content, state, bounds_of(examined.scenario))
    return {
        "scenario": examined.scenario,
        "step": shown_step(content.node(state), content.choices(state), picture),
        "answers": [one.choice.id for one in steps],
        "number": len(steps) + 1,
        "told": told,
        "last": told[-1] if told else None,
        "gave": _gave(steps[-1], content) if steps else "",
        "score": found,
        "flags": state.flags,
        "refused": problems,
    }


def _gave(step: Step, content: Compiled) -> str:
    """What the last choice was worth, for the author's eyes."""
    parts = [f"{name} {points:+d}" for name, points in step.choice.points]
    parts += [word for word, held in (("best", step.choice.best), ("critical", step.choice.critical)) if held]
    return ", ".join(parts)
