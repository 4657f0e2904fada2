"""Addresses of practice and of the studio."""

from django.urls import path

from upshot.web.practice import views_case, views_play, views_studio, views_try, views_version

_VERSION = "studio/<slug:slug>/versions/<int:number>"

urlpatterns = [
    path("practice/", views_play.practice, name="practice"),
    path("my-cases/", views_case.mine, name="my-cases"),
    path("my-cases/new", views_case.bring, name="case-new"),
    path("my-cases/<int:number>/withdraw", views_case.withdraw, name="case-withdraw"),
    path("practice/<slug:slug>/", views_play.play, name="play"),
    path("practice/<slug:slug>/begin", views_play.begin, name="play-begin"),
    path("practice/<slug:slug>/answer", views_play.answer, name="play-answer"),
    path("practice/<slug:slug>/thought", views_play.reflect, name="play-reflect"),
    path("practice/<slug:slug>/pictures/<str:name>", views_play.picture, name="practice-picture"),
    path("studio/", views_studio.studio, name="studio"),
    path("studio/new", views_studio.new, name="studio-new"),
    path("studio/check", views_studio.check, name="studio-check"),
    path("studio/try", views_try.try_out, name="studio-try"),
    path("studio/import", views_studio.bring_in, name="studio-import"),
    path("studio/<slug:slug>/", views_studio.edit, name="studio-edit"),
    path("studio/<slug:slug>/picture", views_studio.picture_add, name="studio-picture"),
    path("studio/<slug:slug>/address", views_studio.address, name="studio-address"),
    path("studio/<slug:slug>/retire", views_studio.retire, name="studio-retire"),
    path("studio/<slug:slug>/answers/", views_version.answers, name="studio-answers"),
    path(f"{_VERSION}/", views_version.version, name="studio-version"),
    path(f"{_VERSION}/move", views_version.move, name="studio-move"),
    path(f"{_VERSION}/comment", views_version.comment, name="studio-comment"),
    path(f"{_VERSION}/settle", views_version.comment_settle, name="studio-comment-settle"),
    path(f"{_VERSION}/download", views_version.download, name="studio-download"),
    path(f"{_VERSION}/twee", views_version.twee, name="studio-twee"),
]
