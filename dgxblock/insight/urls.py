"""Addresses of the staff pages, under whatever the host puts before them (``/dgx/`` in the LMS)."""

from __future__ import annotations

from django.urls import path

from dgxblock.insight import roster, views

app_name = "dgx_insight"
urlpatterns = [
    path("look/<slug:name>.css", views.style, name="style"),
    path("courses/<path:course_key>/uploads/<int:upload_id>/", views.file, name="file"),
    path("registry/roster/<path:course_key>/template.csv", roster.template, name="roster-template"),
    path("registry/roster/<path:course_key>/", roster.roster, name="roster"),
    path("courses/<path:course_key>/", views.course, name="course"),
]
