"""What the frame shows in a demonstration: the parts one can play, and the step of the tour."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from upshot.web.home.demo.parts import DOMAIN, PARTS, Part, part_named
from upshot.web.home.tour import SESSION, STEPS, address, step_number

register = template.Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A step of the tour as its bar shows it; ``away`` tells that the page is another one."""

    number: int
    of: int
    title: str | Promise
    look: str | Promise
    as_whom: str
    away: bool

    @property
    def before(self) -> int:
        """Number of the step before."""
        return self.number - 1

    @property
    def after(self) -> int:
        """Number of the next step."""
        return self.number + 1


@register.simple_tag(takes_context=True)
def demo_parts(context: dict[str, Any]) -> tuple[Part, ...]:
    """The parts to choose from, for somebody who plays one already; nobody else can change places."""
    user = getattr(context.get("request"), "user", None)
    return PARTS if user is not None and getattr(user, "email", "").endswith(DOMAIN) else ()


@register.simple_tag(takes_context=True)
def tour_step(context: dict[str, Any]) -> Shown | None:
    """The step of the tour this session is at."""
    request, viewer = context.get("request"), context.get("viewer")
    if request is None or viewer is None:
        return None
    number = step_number(request.session.get(SESSION, 0))
    if not number:
        return None
    step = STEPS[number - 1]
    part = part_named(step.part)
    return Shown(
        number=number,
        of=len(STEPS),
        title=step.title,
        look=step.look,
        as_whom=_("seen as: %(role)s") % {"role": part.role.label} if part else "",
        away=request.path != address(step, viewer.organisation.slug),
    )
