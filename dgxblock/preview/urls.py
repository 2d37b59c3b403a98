"""The preview's addresses."""

from __future__ import annotations

from django.urls import path

from dgxblock.preview import views

urlpatterns = [
    path("", views.begin, name="begin"),
    path("state", views.state, name="state"),
    path("own/<str:name>", views.own_file, name="own"),
    path("resource/<path:path>", views.resource, name="resource"),
    path("<str:lang>/<int:variant>/", views.index, name="index"),
    path("<str:lang>/<int:variant>/<slug:usage>/", views.document, name="document"),
    path("<str:lang>/<int:variant>/handler/<slug:usage>/<slug:name>/", views.handler, name="handler"),
]
handler404 = views.not_found
