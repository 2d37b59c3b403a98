"""The bare XBlock workbench, as its own package starts it, without any of our Django apps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TYPES = ("dgx_case_study", "dgx_exercise", "dgx_assessment", "dgx_certification")
SCRIPT = """
import json, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
from django.test import Client
client = Client()
found = {address: None for address in json.loads(sys.argv[1])}
for address in found:
    answer = client.get(address)
    found[address] = [answer.status_code, answer.content.decode()]
address = "/handler/dgxblock-dgx_certification.dgx_certification.d0.u0/save_identity/?student=s"
handler = client.post(address, "{}", content_type="application/json")
found["handler"] = [handler.status_code, handler.content.decode()]
print("\\n" + json.dumps(found))
"""
PAGES = ("/", *(f"/scenario/{one}.0/" for one in TYPES), "/scenario/dgx_case_study.1/")
VIEWS = tuple(f"/scenario/{one}.0/{view}/" for one in TYPES for view in ("studio_view", "author_view"))


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the workbench answers at the addresses above."""
    home = tmp_path_factory.mktemp("workbench")
    (home / "var").mkdir()
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "workbench.settings",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps([*PAGES, *VIEWS])],
        cwd=home, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_it_starts_and_lists_our_components(workbench: dict[str, Any]) -> None:
    status, page = workbench["/"]
    assert status == 200
    for one in TYPES:
        assert f"dgxblock {one}" in page
    assert "dgxblock unit" in page


@pytest.mark.parametrize("one", TYPES)
def test_each_component_loads_and_says_what_to_install(one: str, workbench: dict[str, Any]) -> None:
    status, page = workbench[f"/scenario/{one}.0/"]
    assert status == 200
    assert "Add dgxblock.ledger and dgxblock.registry to INSTALLED_APPS" in page
    assert "This part could not be shown" not in page


def test_the_case_reads_without_our_apps(workbench: dict[str, Any]) -> None:
    assert "Line 1" in workbench["/scenario/dgx_case_study.0/"][1]


def test_a_unit_holds_all_four(workbench: dict[str, Any]) -> None:
    status, page = workbench["/scenario/dgx_case_study.1/"]
    assert status == 200
    for one in TYPES:
        assert f"data-block-type='{one}'" in page


@pytest.mark.parametrize("address", VIEWS)
def test_authors_views_load_too(address: str, workbench: dict[str, Any]) -> None:
    status, page = workbench[address]
    assert status == 200
    assert "No such view" not in page


def test_a_handler_says_what_to_install(workbench: dict[str, Any]) -> None:
    status, body = workbench["handler"]
    assert (status, json.loads(body)["error"]["code"]) == (503, "not-installed")
