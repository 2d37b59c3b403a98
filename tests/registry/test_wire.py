"""One exchange, one deadline; and whether a first byte left is known for certain."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from dgxblock.registry.delivery.wire import exchange
from tests.builders.registry import small_registry


def put(url: str, *, deadline: float = 1.0) -> tuple[bool, int | None, str]:
    got = exchange("PUT", url, {"Content-Type": "application/json"}, b"{}", deadline=deadline, limit=1000)
    return got.began, got.status, got.fault


def test_a_closed_port_is_certainly_not_reached() -> None:
    assert put("http://127.0.0.1:9/v1/results/x") == (False, None, "connection")


def test_a_name_that_does_not_resolve_is_certainly_not_reached() -> None:
    assert put("http://nowhere.invalid/v1/results/x", deadline=5)[:2] == (False, None)


def test_a_failed_tls_handshake_is_certainly_not_reached() -> None:
    with small_registry() as registry:
        address = registry.base_url.replace("http:", "https:")
        began, status, fault = put(address + "/v1/results/x")
        assert (began, status, fault) == (False, None, "tls")
        assert registry.requests == []


def test_a_host_that_accepts_and_stays_silent_may_have_been_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        begun = time.monotonic()
        assert put(url, deadline=0.5) == (True, None, "deadline")
        assert time.monotonic() - begun < 2


def test_a_silent_tls_host_is_left_at_the_deadline_and_never_written_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        assert put(url, deadline=0.5) == (False, None, "deadline")


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with small_registry() as registry:
        got = exchange("GET", registry.base_url + "/v1/results/x", {}, None, deadline=1, limit=1000)
        assert got.began
        assert len(registry.requests) == 1 or got.status is None


def test_no_thread_outlives_its_exchange_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for _ in range(3):
            put(url, deadline=0.2)
    time.sleep(0.5)
    assert [one for one in threading.enumerate() if one.name == "dgx-exchange"] == []
