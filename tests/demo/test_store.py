"""The demo's field store, when two requests come at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from workbench.models import XBlockState
from xblock.fields import Scope
from xblock.runtime import KeyValueStore

from dgxblock.demo.runtime import DemoStore


def key(field: str) -> KeyValueStore.Key:
    return KeyValueStore.Key(Scope.user_state, "7", "dgx-demo.dgx_exercise.d0.u0", field)


@pytest.mark.django_db(transaction=True)
def test_writers_that_come_together_make_one_row_and_lose_no_field() -> None:
    start = threading.Barrier(8)

    def write(name: str) -> None:
        try:
            start.wait(10)
            DemoStore().set(key(name), name)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(write, f"f{i}") for i in range(8)]:
            done.result(30)
    assert XBlockState.objects.count() == 1
    store = DemoStore()
    assert [store.get(key(f"f{i}")) for i in range(8)] == [f"f{i}" for i in range(8)]


@pytest.mark.django_db
def test_what_was_never_set_is_not_there_and_what_was_deleted_is_gone() -> None:
    store = DemoStore()
    assert not store.has(key("n"))
    assert XBlockState.objects.count() == 0
    store.set(key("n"), {"a": [1, "二"]})
    assert (store.has(key("n")), store.get(key("n"))) == (True, {"a": [1, "二"]})
    store.delete(key("n"))
    assert not store.has(key("n"))
    with pytest.raises(KeyError):
        store.get(key("n"))
