"""Addresses of the staff pages, under whatever the host puts before them (``/dgx/`` in the LMS)."""

from __future__ import annotations

from django.urls import path

from dgxblock.insight import claiming, console, console_acts, reviewing, roster, verifying, views

app_name = "dgx_insight"
_HERE = "courses/<path:course_key>/registry/"
urlpatterns = [
    path("registry/verify/<slug:code>", verifying.verify, name="verify"),
    path("look/<slug:name>.css", views.style, name="style"),
    path("courses/<path:course_key>/uploads/<int:upload_id>/", views.file, name="file"),
    path("registry/roster/<path:course_key>/template.csv", roster.template, name="roster-template"),
    path("registry/roster/<path:course_key>/", roster.roster, name="roster"),
    path(f"{_HERE}", console.console, name="console"),
    path(f"{_HERE}search/", console.search, name="search"),
    path(f"{_HERE}act/", console_acts.act, name="act"),
    path(f"{_HERE}items/<uuid:item_id>/", console_acts.item, name="item"),
    path(f"{_HERE}results/<uuid:operation_id>/", console.result, name="result"),
    path(f"{_HERE}results/<uuid:operation_id>/correct/", console_acts.correct, name="correct"),
    path(f"{_HERE}results/<uuid:operation_id>/revoke/", console_acts.revoke, name="revoke"),
    path(f"{_HERE}results/<uuid:operation_id>/reveal/", console_acts.reveal, name="reveal"),
    path(f"{_HERE}dossiers/", reviewing.dossiers, name="dossiers"),
    path(f"{_HERE}dossiers/<uuid:dossier_id>/", reviewing.decide, name="dossier"),
    path(f"{_HERE}comparisons/", console.runs, name="runs"),
    path(f"{_HERE}comparisons/<uuid:run_id>/sign/", console_acts.sign, name="sign"),
    path(f"{_HERE}comparisons/<uuid:run_id>/<uuid:item_id>/", console_acts.difference, name="difference"),
    path(f"{_HERE}claims/", claiming.claims, name="claims"),
    path(f"{_HERE}claims/make/", claiming.make, name="claim"),
    path(f"{_HERE}claims/<uuid:round_id>/", claiming.file, name="claim-file"),
    path("courses/<path:course_key>/", views.course, name="course"),
]
