"""Addresses of reviews and of the executive page."""

from django.urls import path

from upshot.web.reviews import views, views_executive, views_promises, views_stakeholders, views_worked

urlpatterns = [
    path("at-a-glance/", views_executive.executive, name="executive"),
    path("at-a-glance/report.<str:form>", views_executive.executive_report, name="executive-report"),
    path("promises/", views_promises.promises, name="promises"),
    path("promises/sponsors/", views_stakeholders.for_sponsors, name="for-sponsors"),
    path("promises/finance/", views_stakeholders.for_finance, name="for-finance"),
    path("promises/works-council/", views_stakeholders.for_council, name="for-council"),
    path("what-has-worked/", views_worked.worked, name="worked"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/calendar.ics", views.reviews_calendar, name="reviews-calendar"),
    path("reviews/new", views.review_new, name="review-new"),
    path("reviews/actions/<int:number>/done", views.action_done, name="action-done"),
    path("reviews/actions/<int:number>/undo", views.action_undo, name="action-undo"),
    path("reviews/<str:initiative>/<slug:due>/", views.review, name="review"),
    path("reviews/<str:initiative>/<slug:due>/decide", views.review_decide, name="review-decide"),
    path("reviews/<str:initiative>/<slug:due>/remove", views.review_remove, name="review-remove"),
]
