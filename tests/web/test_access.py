"""Authorisation: every route, every role, own and other firm, from one table."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.web.access_table import ARGUMENTS, OPEN, ROUTES
from tests.web.cast import ROLES, Cast

from upshot.web.accounts.roles import GRANTS


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, where)
        else:
            yield where, pattern


def inside() -> dict[str, URLPattern]:
    """Routes of an organisation by name."""
    found = routes(get_resolver().url_patterns)
    return {pattern.name or where: pattern for where, pattern in found if where.startswith("o/<slug:org>/")}


def test_every_route_of_an_organisation_has_a_row_and_every_row_a_route() -> None:
    assert set(inside()) == set(ROUTES)


def test_every_route_asks_for_the_permission_its_row_says() -> None:
    asked = {name: getattr(pattern.callback, "permission", None) for name, pattern in inside().items()}
    assert asked == ROUTES


def test_every_other_route_is_known() -> None:
    outside = {
        pattern.name
        for where, pattern in routes(get_resolver().url_patterns)
        if not where.startswith(("o/<slug:org>/", "account/", "xapi/"))
    }
    assert outside == OPEN


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_opens_for_the_roles_of_its_row_and_for_nobody_else(route: str, cast: Cast) -> None:
    url = reverse(route, kwargs={"org": cast.organisation.slug, **ARGUMENTS.get(route, {})})
    for part, role in ROLES.items():
        client = cast.client(part)
        client.raise_request_exception = False
        statuses = {client.get(url).status_code, client.post(url).status_code}
        if ROUTES[route] in GRANTS[role]:
            assert 403 not in statuses, f"{part} is kept out of {route}"
            assert 500 not in statuses, f"{route} breaks for {part}"
        else:
            assert statuses <= {403, 405}, f"{part} gets into {route}"
    for method in ("get", "post"):
        assert getattr(cast.client("outsider"), method)(url).status_code in (404, 405)
        reply = getattr(cast.client("nobody"), method)(url)
        assert reply.status_code == 405 or reply["Location"].startswith(reverse("account_login"))
