"""The pages people move between, by what they may see; a page that nobody added here has no place in the menu."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer

__all__ = ["MENU", "Item", "Link", "menu_for"]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: its name, the route it leads to, who sees it, and the routes that belong under it."""

    label: str | Promise
    route: str
    permission: Permission
    group: str = "main"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the page shows it."""

    label: str | Promise
    url: str
    current: bool
    group: str


MENU: tuple[Item, ...] = (
    Item(_("Home"), "home", Permission.HOME),
    Item(_("My team"), "team", Permission.TEAM),
    Item(_("My learning"), "learning", Permission.LEARN),
    Item(_("My courses"), "my-courses", Permission.LEARN),
    Item(_("Practice"), "practice", Permission.LEARN),
    Item(_("Asked again"), "again", Permission.LEARN),
    Item(_("What I can do"), "my-competencies", Permission.LEARN),
    Item(_("Challenges"), "challenges", Permission.LEARN),
    Item(_("Sign-offs"), "sign-offs", Permission.TEAM),
    Item(_("At a glance"), "executive", Permission.EXECUTIVE),
    Item(_("Objectives"), "objectives", Permission.OBJECTIVES),
    Item(_("Initiatives"), "initiatives", Permission.ANSWERS),
    Item(_("What has worked"), "worked", Permission.ANSWERS),
    Item(_("Plan"), "plan", Permission.PLAN),
    Item(_("Paths"), "paths", Permission.DESIGN),
    Item(_("Studio"), "studio", Permission.DESIGN),
    Item(_("Competencies"), "competencies", Permission.DESIGN),
    Item(_("To improve"), "improving", Permission.DESIGN),
    Item(_("Surveys"), "surveys", Permission.DESIGN),
    Item(_("Reviews"), "reviews", Permission.REVIEW),
    Item(_("Promises"), "promises", Permission.SIGN),
    Item(_("Ledger"), "ledger", Permission.LEDGER),
    Item(_("Rules"), "rules", Permission.RULES, "more"),
    Item(_("Messages"), "my-messages", Permission.HOME, "more"),
    Item(_("Seen at work?"), "competency-asks", Permission.TEAM, "more"),
    Item(_("A goal for my team"), "team-goal", Permission.TEAM, "more"),
    Item(_("Data"), "data", Permission.DATA, "more"),
    Item(_("People"), "people", Permission.PEOPLE, "more"),
    Item(_("Certificates"), "certificates", Permission.PEOPLE, "more"),
    Item(_("Courses"), "courses", Permission.DESIGN, "more"),
    Item(_("Motivation"), "motivation", Permission.DESIGN, "more"),
    Item(_("Statements"), "statements", Permission.STATEMENTS, "more"),
    Item(_("Members"), "members", Permission.ACCESS, "more"),
    Item(_("Consent and badges"), "motivation-firm", Permission.ACCESS, "more"),
    Item(_("Audit"), "audit", Permission.AUDIT, "more"),
)


def menu_for(viewer: Viewer, path: str) -> tuple[Link, ...]:
    """The entries a viewer may open; the one whose address the path begins with longest is the current one."""
    found: list[tuple[Item, str]] = []
    for item in MENU:
        if not viewer.may(item.permission):
            continue
        try:
            found.append((item, reverse(item.route, kwargs={"org": viewer.organisation.slug})))
        except NoReverseMatch:
            continue
    under = [url for _, url in found if path.startswith(url)]
    current = max(under, key=len, default="")
    return tuple(Link(item.label, url, url == current, item.group) for item, url in found)
