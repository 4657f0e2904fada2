"""Addresses of motivation within an organisation: one's own page, badges, programmes, and the firm's switch."""

from django.urls import URLPattern, path

from upshot.web.motivation import views_badges, views_firm, views_lead, views_own, views_recognise, views_team

_OWN = "learning/what-i-see"

urlpatterns: list[URLPattern] = [
    path(f"{_OWN}/", views_own.what_i_see, name="what-i-see"),
    path(f"{_OWN}/choices", views_own.choices, name="what-i-see-choices"),
    path(f"{_OWN}/goals", views_own.goal_set, name="goal-set"),
    path(f"{_OWN}/goals/<uuid:number>/reached", views_own.goal_reached, name="goal-reached"),
    path(f"{_OWN}/goals/<uuid:number>/drop", views_own.goal_dropped, name="goal-drop"),
    path(f"{_OWN}/sentences/<uuid:number>/hide", views_own.sentence_hidden, name="recognition-hide"),
    path(f"{_OWN}/sentences/<uuid:number>/remove", views_own.sentence_removed, name="recognition-remove"),
    path(f"{_OWN}/badges/<uuid:number>/", views_badges.badge, name="badge"),
    path(f"{_OWN}/badges/<uuid:number>/take", views_badges.take, name="badge-take"),
    path(f"{_OWN}/badges/<uuid:number>/decline", views_badges.decline, name="badge-decline"),
    path(f"{_OWN}/badges/<uuid:number>/wallet.<str:form>", views_badges.wallet, name="badge-wallet"),
    path("recognise/", views_recognise.recognise, name="recognise"),
    path("team/goal/", views_team.team_goal, name="team-goal"),
    path("team/goal/<int:number>/end", views_team.team_goal_end, name="team-goal-end"),
    path("motivation/", views_lead.motivation, name="motivation"),
    path("motivation/programmes/<str:key>/", views_lead.programme, name="motivation-programme"),
    path("motivation/badges/new", views_lead.achievement_new, name="achievement-new"),
    path("motivation/badges/<uuid:number>/close", views_lead.achievement_close, name="achievement-close"),
    path("consent/", views_firm.firm, name="motivation-firm"),
    path("consent/key", views_firm.key_change, name="badge-key-change"),
    path("consent/badges/<uuid:number>/revoke", views_firm.badge_revoke, name="badge-revoke"),
]
