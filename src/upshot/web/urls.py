"""Every address of the product; what belongs to an organisation stands under ``/o/<its name>/``."""

from django.urls import include, path

from upshot.web.accounts import views as accounts

_APPS = (
    "members",
    "home",
    "people",
    "imports",
    "plans",
    "outbox",
    "practice",
    "competencies",
    "paths",
    "challenges",
    "surveys",
    "spacing",
    "measures",
    "reviews",
    "motivation",
    "improving",
    "automation",
    "ledger",
    "teams",
    "learning",
    "content",
    "privacy",
    "audit",
)

urlpatterns = [
    path("", accounts.start, name="start"),
    path("organisations/", accounts.organisations, name="organisations"),
    path("healthz", accounts.health, name="health"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.account.urls")),
    path("xapi/", include("upshot.web.lrs.urls")),
    path("content/", include("upshot.web.content.urls_running")),
    path("again/", include("upshot.web.spacing.urls_link")),
    path("act/", include("upshot.web.teams.urls_signed")),
    path("badges/", include("upshot.web.motivation.urls_public")),
    path("demo/", include("upshot.web.home.urls_demo")),
    path("", include("upshot.web.accounts.urls")),
    path(
        "o/<slug:org>/",
        include(
            [
                *(path("", include(f"upshot.web.{app}.urls")) for app in (*_APPS, "jobs")),
                path("", include("upshot.web.lrs.page_urls")),
            ]
        ),
    ),
]
