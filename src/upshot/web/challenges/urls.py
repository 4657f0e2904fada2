"""Addresses of challenges, sign-offs, check-ins, and of what came of them."""

from django.urls import path

from upshot.web.challenges import views_applied, views_own, views_sign

urlpatterns = [
    path("challenges/", views_own.challenges, name="challenges"),
    path("challenges/path/<uuid:number>/<str:step>/", views_own.begin, name="challenge"),
    path("challenges/<uuid:number>/", views_own.own, name="challenge-own"),
    path("challenges/<uuid:number>/plan", views_own.edit_plan, name="challenge-plan"),
    path("challenges/<uuid:number>/hand-in", views_own.hand_in, name="challenge-hand-in"),
    path("challenges/<uuid:number>/debrief", views_own.debrief, name="challenge-debrief"),
    path("challenges/<uuid:number>/shared", views_own.shared, name="challenge-shared"),
    path("challenges/evidence/<uuid:number>", views_sign.evidence, name="evidence-file"),
    path("sign-offs/", views_sign.sign_offs, name="sign-offs"),
    path("sign-offs/away", views_sign.away, name="sign-offs-away"),
    path("sign-offs/away/<int:number>/back", views_sign.back, name="sign-offs-back"),
    path("sign-offs/<uuid:number>/", views_sign.sign_off, name="sign-off"),
    path("check-ins/<uuid:number>/", views_sign.check_in, name="check-in"),
    path("check-ins/path/<uuid:number>/<str:step>/", views_own.check_ins, name="check-ins"),
    path("application/<str:key>/", views_applied.application, name="application"),
    path("application/<str:key>/observers", views_applied.observers, name="observers"),
    path("application/<str:key>/observers/<int:number>/end", views_applied.observer_end, name="observer-end"),
]
