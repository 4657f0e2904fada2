"""Addresses of objectives, KPIs and the plan."""

from django.urls import path

from upshot.web.plans import views, views_edit, views_planner, views_promise, views_swaps

urlpatterns = [
    path("objectives/", views.objectives, name="objectives"),
    path("objectives/new", views_edit.objective_new, name="objective-new"),
    path("objectives/<str:key>/", views.objective, name="objective"),
    path("objectives/<str:key>/edit", views_edit.objective_edit, name="objective-edit"),
    path("kpis/", views.kpis, name="kpis"),
    path("kpis/new", views_edit.kpi_new, name="kpi-new"),
    path("kpis/<str:key>/edit", views_edit.kpi_edit, name="kpi-edit"),
    path("plan/", views.plan, name="plan"),
    path("plan/document", views_edit.document, name="plan-document"),
    path("plan/check", views_edit.document_check, name="plan-check"),
    path("plan/draft/drop", views_edit.draft_drop, name="plan-draft-drop"),
    path("plan/merge", views_edit.merge, name="plan-merge"),
    path("plan/file", views_edit.plan_file, name="plan-file"),
    path("plan/new", views_edit.initiative_new, name="initiative-new"),
    path("plan/remove/<slug:kind>/<str:key>", views_edit.part_remove, name="plan-part-remove"),
    path("plan/comments/<int:number>/answer", views_promise.comment_reply, name="plan-comment-answer"),
    path("plan/comments/<int:number>/settle", views_promise.comment_settle, name="plan-comment-settle"),
    path("plan/versions/", views.versions, name="plan-versions"),
    path("plan/versions/<int:number>/", views.version, name="plan-version"),
    path("plan/versions/<int:number>/plan.yaml", views.download, name="plan-download"),
    path("plan/versions/<int:number>/restore", views_edit.version_restore, name="plan-restore"),
    path("plan/versions/<int:number>/comment", views_promise.comment, name="plan-comment"),
    path("plan/promise/<str:key>/", views.promise, name="promise"),
    path("plan/promise/<str:key>/edit/<slug:section>", views_edit.initiative_edit, name="initiative-edit"),
    path("plan/promise/<str:key>/sign", views_promise.promise_sign, name="promise-sign"),
    path("plan/promise/<str:key>/no-council", views_promise.promise_waive, name="promise-waive"),
    path(
        "plan/promise/<str:key>/signatures/<int:number>/withdraw",
        views_promise.promise_withdraw,
        name="promise-withdraw",
    ),
    path("plan/promise/<str:key>/lock", views_promise.promise_lock, name="promise-lock"),
    path("plan/promise/<str:key>/amend", views_promise.promise_amend, name="promise-amend"),
    path("plan/promise/<str:key>/visibility", views_planner.visibility, name="visibility"),
    path("plan/promise/<str:key>/roll-out", views_planner.rollout, name="rollout"),
    path("plan/promise/<str:key>/swap", views_swaps.swap, name="swap"),
    path("plan/swaps/<int:number>/withdraw", views_swaps.swap_withdraw, name="swap-withdraw"),
    path("plan/swaps/<int:number>/answer", views_swaps.swap_answer, name="swap-answer"),
]
