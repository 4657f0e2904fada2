"""Addresses of the learning record store, under ``/xapi/``; the specification writes them without a closing slash."""

from django.urls import URLPattern, URLResolver, path

from upshot.web.lrs.views import documents, statements, things

urlpatterns: list[URLPattern | URLResolver] = [
    path("statements", statements.statements, name="xapi-statements"),
    path("activities/state", documents.state, name="xapi-state"),
    path("activities/profile", documents.activity_profile, name="xapi-activity-profile"),
    path("activities", things.activities, name="xapi-activities"),
    path("agents/profile", documents.agent_profile, name="xapi-agent-profile"),
    path("agents", things.agents, name="xapi-agents"),
    path("about", things.about, name="xapi-about"),
]
