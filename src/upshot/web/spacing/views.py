"""The pages of questions that are asked again: one's own list, one question, and one by a link in a message."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.outbox import links
from upshot.web.spacing.messages import PURPOSE
from upshot.web.spacing.models import Card, Review
from upshot.web.spacing.presenting import shown_answer, shown_question
from upshot.web.spacing.selectors import Question, card_of, comes_later, overview, question_at
from upshot.web.spacing.services.answering import answer
from upshot.web.spacing.tiers import DELAY, TIERS

__all__ = ["again", "by_link", "question"]


@require_GET
@page(Permission.LEARN)
def again(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is asked again today, and what is remembered so far."""
    found = overview(viewer)
    known = {
        "found": found,
        "questions": [shown_question(one, viewer.organisation.slug) for one in found.open],
        "claims": [(one, TIERS[one.tier]) for one in found.claims],
        "tiers": TIERS.values(),
        "delay": DELAY,
        "on_roster": bool(viewer.person),
    }
    return render(request, "spacing/again.html", known)


@require_http_methods(["GET", "POST"])
@page(Permission.LEARN)
def question(request: HttpRequest, viewer: Viewer, number: int, question: int) -> HttpResponse:
    """One question, or what was answered to it."""
    card = card_of(viewer, number)
    if card is None:
        raise Http404
    address = reverse(
        "again-question", kwargs={"org": viewer.organisation.slug, "number": number, "question": question}
    )
    back = reverse("again", kwargs={"org": viewer.organisation.slug})
    return _asked(request, card, question, Review.Way.PAGE, address, "spacing/question.html", {"back": back})


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One question by a signed link: GET shows, POST answers."""
    try:
        link = links.read(PURPOSE, token)
    except links.LinkError as error:
        return render(request, "spacing/link_over.html", {"problem": error.problems[0]}, status=410)
    number, _colon, asked = link.subject.partition(":")
    card = Card.objects.select_related("scenario", "version", "organisation").filter(
        organisation=link.organisation, person=link.person, pk=int(number)
    ).first()  # fmt: skip
    if card is None:
        raise Http404
    known: dict[str, object] = {"organisation": card.organisation}
    return _asked(request, card, int(asked), Review.Way.LINK, request.path, "spacing/by_link.html", known)


def _asked(
    request: HttpRequest, card: Card, number: int, way: Review.Way, address: str, template: str,
    known: dict[str, object],
) -> HttpResponse:  # fmt: skip
    if request.method == "POST":
        choice = str(request.POST.get("choice", ""))
        try:
            answer(card=card, number=number, choice=choice, way=way)
        except InputError as error:
            known, status = {**known, "missing": error.problems[0].code == "no-choice"}, 422
        else:
            return redirect(f"{address}#answer")
    else:
        status = 200
    found, org = question_at(card, number), card.organisation.slug
    known["target"] = address
    if isinstance(found, Question):
        known["question"] = shown_question(found, org)
    elif isinstance(found, Review):
        known["answer"] = shown_answer(found, org)
        card.refresh_from_db()
        known["due"] = None if card.ended is not None else card.due
    else:
        known["later"] = comes_later(card)
        known["over"] = _("Your turn comes later") if known["later"] else _("This question is no longer asked.")
    return render(request, template, known, status=status)
