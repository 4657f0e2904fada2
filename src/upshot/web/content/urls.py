"""Addresses of the pages about courses."""

from django.urls import path

from upshot.web.content.views import pages

urlpatterns = [
    path("courses/", pages.mine, name="my-courses"),
    path("courses/all/", pages.catalogue, name="courses"),
    path("courses/import", pages.course_import, name="course-import"),
    path("courses/<uuid:number>/", pages.course, name="course"),
    path("courses/<uuid:number>/withdraw", pages.course_withdraw, name="course-withdraw"),
    path("courses/<uuid:number>/waive", pages.course_waive, name="course-waive"),
    path("courses/<uuid:number>/open/<int:place>", pages.open_own, name="course-open"),
    path("courses/<uuid:number>/close", pages.close_course, name="course-close"),
]
