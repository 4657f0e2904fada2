"""Addresses of competencies, the map, and one's own levels."""

from django.urls import URLPattern, path

from upshot.web.competencies import views, views_asides, views_levels, views_map

urlpatterns: list[URLPattern] = [
    path("competencies/", views.competencies, name="competencies"),
    path("competencies/import", views.bring_in, name="framework-import"),
    path("competencies/plan", views.from_plan, name="framework-from-plan"),
    path("competencies/map/", views_map.whole, name="competency-map"),
    path("competencies/map/<slug:initiative>/", views_map.lines, name="competency-lines"),
    path("competencies/frameworks/<int:number>/", views.framework, name="framework"),
    path("competencies/frameworks/<int:number>/download", views.download, name="framework-download"),
    path("competencies/items/<int:number>/", views.item, name="competency"),
    path("competencies/items/<int:number>/use", views.use, name="competency-use"),
    path("competencies/items/<int:number>/retire", views.retire, name="competency-retire"),
    path("competencies/items/<int:number>/levels", views.levels, name="competency-levels"),
    path("competencies/aside/", views_asides.listed, name="competency-asides"),
    path("competencies/aside/<int:number>/again", views_asides.again, name="competency-again"),
    path("my-competencies/", views_levels.mine, name="my-competencies"),
    path("my-competencies/ask", views_levels.ask, name="competency-ask"),
    path("team/competencies/", views_levels.asked, name="competency-asks"),
    path("team/competencies/<int:number>", views_levels.answer, name="competency-answer"),
]
