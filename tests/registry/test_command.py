"""The management command: several workers, rehearsals, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, rehearsal
from dgxblock.registry import contract as c
from dgxblock.registry.identity import store
from tests.builders.registry import SmallRegistry, earn, number, scheme, site, small_registry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        quick = {"requests_per_second": 1000, "burst": 1000, "deadline_seconds": 10}
        settings.DGXBLOCK = site(tmp_path, running.base_url, **quick)
        yield running


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("dgx_registry", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_workers_share_the_queue(registry: SmallRegistry) -> None:
    scheme()
    for one in range(20):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))
    assert "20" in run("pump", "--once", "--workers", "3")
    assert len(registry.puts) == len(registry.certificates()) == 20
    assert api.queue()["DONE"] == 20


def test_a_rehearsal_delivers_invented_trainees_to_a_sandbox(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] |= {"sandbox": True, "batch_max": 10}
    said = run("rehearse", "--registry", "sandbox", "--results", "25")
    assert "DONE             25" in said
    assert len(registry.certificates()) == 25
    assert sum(method == "POST" for method, *_rest in registry.requests) == 3
    people = [document["person"] for document in registry.documents.values()]
    assert len({one["id_no"] for one in people}) == 25
    for one in people:
        assert one["name"].startswith("演练学员") and one["id_no"].startswith("440000")
        assert c.id_number_fits(one["id_type"], one["id_no"])
    assert {document["scheme"] for document in registry.documents.values()} == {"rehearsal-sandbox"}
    run("rehearse", "--registry", "sandbox", "--results", "5")
    assert len(registry.certificates()) == 30, "a second one invents others"


def test_a_rehearsal_in_the_shadow_sends_nothing(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    assert "SHADOWED          7" in run("rehearse", "--registry", "sandbox", "--results", "7")
    assert registry.requests == []


def test_a_real_registry_gets_no_invented_trainees(registry: SmallRegistry, settings: Settings) -> None:
    for given in ({}, {"sandbox": "yes"}, {"sandbox": 1}, {"sandbox": False}):
        settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {**settings.DGXBLOCK["REGISTRIES"]["sandbox"], **given}
        with pytest.raises(CommandError, match="real registry"):
            run("rehearse", "--registry", "sandbox", "--results", "1")
    assert models.Scheme.objects.count() == models.Achievement.objects.count() == 0
    assert registry.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["rehearse", "--registry", "nobody"], ["rehearse", "--registry", "sandbox", "--results", "0"],
        ["release", "--registry", "nobody"], ["pump", "--workers", "0"], ["pump", "--workers", "99"],
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(registry: SmallRegistry, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


def test_release_queues_what_was_rehearsed_for_real_people(registry: SmallRegistry, settings: Settings) -> None:
    scheme()
    live = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    earn()
    run("pump")
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = live
    assert "1" in run("release", "--registry", "sandbox")
    run("pump")
    assert api.queue()["DONE"] == 1


def test_invented_numbers_are_nobodys_and_all_different(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    where = rehearsal.scheme_for("sandbox")
    for place in (0, 999, 1000, 13_999_999):
        rehearsal._invent(where, f"rehearsal-x-{place}", place)
    numbers = {store.details(one).id_no for one in models.Identity.objects.all()}
    assert len(numbers) == 4 and all(c.issued_as(one) == "CN-RIC" for one in numbers)


def test_the_kit_runs_as_a_command(registry: SmallRegistry, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(
            "conformance", "--endpoint", "http://127.0.0.1:1", "--key", f"file:{tmp_path / 'sign.key'}",
            "--only", "issue", "--deadline", "1",
        )  # fmt: skip
    assert ended.value.code == 1
