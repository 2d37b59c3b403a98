"""The demo's addresses."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from dgxblock.demo.views import author, errors, handlers, health, home, learn, staff

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("language/", set_language, name="language"),
    path("enter/<slug:who>/", home.enter, name="enter"),
    path("leave/", home.leave, name="leave"),
    path("start-over/", home.start_over, name="start-over"),
    path("learn/", learn.begin, name="learn-begin"),
    path("learn/<slug:slug>/", learn.learn, name="learn"),
    path("author/", author.author, name="author"),
    path("author/handler/", errors.not_found, name="author-handlers"),
    path("author/handler/<usage_id>/<slug:name>/<path:suffix>", handlers.author_handler, name="author-handler"),
    path("author/handler/<usage_id>/<slug:name>/", handlers.author_handler, {"suffix": ""}, name="author-handler"),
    path("author/<slug:slug>/edit/", author.edit, name="author-edit"),
    path("handler/", errors.not_found, name="handlers"),
    path("handler/<usage_id>/<slug:name>/<path:suffix>", handlers.handler, name="handler"),
    path("handler/<usage_id>/<slug:name>/", handlers.handler, {"suffix": ""}, name="handler"),
    path("resource/<slug:block_type>/<path:path>", handlers.resource, name="resource"),
    path("staff/", staff.staff, name="staff"),
    path("staff/<slug:slug>/", staff.staff_unit, name="staff-unit"),
    path("dgx/registry/", include("dgxblock.registry.urls")),
    path("dgx/", include(("dgxblock.insight.urls", "dgx_insight"))),  # where the LMS puts it
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
