"""Addresses of badges that anybody may open: each is an unguessable number, and none says whose firm it is."""

from django.urls import URLPattern, path

from upshot.web.motivation import views_public

urlpatterns: list[URLPattern] = [
    path("<uuid:number>/", views_public.badge, name="badge-shown"),
    path("<uuid:number>/credential.<str:form>", views_public.credential, name="badge-credential"),
    path("<uuid:number>/status", views_public.status, name="badge-status"),
    path("achievements/<uuid:number>/", views_public.achievement, name="badge-achievement"),
    path("issuers/<uuid:number>/", views_public.issuer, name="badge-issuer"),
    path("issuers/<uuid:number>/jwks.json", views_public.keys, name="badge-keys"),
    path("keys/<uuid:number>", views_public.key, name="badge-key"),
]
