"""An account goes: whom it named is gone from our side, and what was certified stays certified, once."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from dgxblock.registry import api, apps, models, pump, retirement
from tests.builders.registry import (
    COURSE,
    SmallRegistry,
    earn,
    form,
    number,
    operation,
    scheme,
    site,
    small_registry,
    time_passes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def named() -> bool:
    """Whether any field that names a person holds something."""
    identity = models.Identity.objects.get()
    fields = ("name_enc", "name_mask", "id_enc", "id_mask", "phone_enc", "phone_mask", "enterprise_enc")
    return any(getattr(identity, name) for name in fields) or any(
        models.Operation.objects.values_list("payload_enc", flat=True)
    )


def test_what_was_certified_stays_and_names_nobody(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert named()
    assert retirement.retire("7")
    assert not named()
    held = models.Achievement.objects.get()
    assert (held.remote_state, held.person_key is not None, bool(held.certificate_enc)) == ("issued", True, True)
    assert models.Receipt.objects.get().body_enc and models.Retirement.objects.get().done_at
    pump.run()
    assert len(registry.certificates()) == 1
    status = api.status("7", COURSE)
    assert status is not None and status.stage == "issued"


def test_nobody_writes_down_anew_whom_a_retired_account_named(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert not api.request_correction("7", COURSE, form(name="周民"), actor="11", reason="seen")
    (item,) = api.work_items(COURSE)
    assert retirement.retire("7")
    assert api.approve(item.id, actor="12") == api.Approval.GONE
    assert "form" in api.request_correction("7", COURSE, form(name="周民"), actor="11", reason="seen")
    assert not named() and models.WorkItem.objects.get().details_enc == ""


def test_what_never_left_never_leaves(registry: SmallRegistry) -> None:
    earn()
    assert retirement.retire("7") and not named()
    for _ in range(3):
        api.sweep()
        pump.run()
        time_passes(7200)
    assert registry.requests == [] and operation().state == "HELD"


def test_what_staff_held_when_the_account_went_spins_no_pump_when_it_is_let_go(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["unavailable=1"]
    pump.run()
    time_passes(7200)
    which = str(operation().uuid)
    assert api.act(COURSE, [which], "hold", actor="1", reason="r") == api.Done(1, 0)
    assert retirement.retire("7")
    assert api.act(COURSE, [which], "let-go", actor="1", reason="r") == api.Done(1, 0)
    assert pump.run(limit=50).turns < 5
    assert (operation().state, operation().reason) == ("HELD", "consent") and registry.held == {}


def test_the_same_person_is_not_certified_by_another_account(registry: SmallRegistry) -> None:
    same = number("44190019900101007")
    earn("7", id_no=same)
    pump.run()
    retirement.retire("7")
    earn("8", id_no=same)
    pump.run()
    assert len(registry.certificates()) == 1
    assert (operation("8").state, operation("8").reason) == ("HELD", "duplicate-person")


def test_what_may_be_on_its_way_is_settled_first(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["drop"]
    pump.run()
    assert operation().state in ("UNKNOWN", "SENDING")
    assert not retirement.retire("7") and named()
    assert retirement.finish() == 1
    for _ in range(4):
        time_passes(7200)
        pump.run()
    assert operation().state == "DONE" and len(registry.certificates()) == 1
    api.sweep()
    assert not named() and models.Retirement.objects.get().done_at


def test_it_may_be_asked_for_again(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert retirement.retire("7", actor="1") and retirement.retire("7", actor="2") and retirement.finish() == 0
    assert models.Retirement.objects.get().actor == "1"


def test_who_has_nothing_here_is_no_failure() -> None:
    assert retirement.retire("nobody")


def test_the_platform_tells_of_accounts_that_go(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    apps.retired(object(), user=SimpleNamespace(pk=7))
    assert not named()
    apps.retired(object(), user=None)


def test_the_command_asks_whether_it_is_meant(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("dgx_registry", "retire", "7", stdout=out)
    assert named() and "--yes" in out.getvalue()
    call_command("dgx_registry", "retire", "7", "--yes", stdout=out)
    assert not named() and "are gone" in out.getvalue()
