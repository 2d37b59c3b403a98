"""Where the demo listens: what cannot be is said in a sentence."""

from __future__ import annotations

import socket

import pytest

from dgxblock.demo.addresses import Addresses, BadAddress


def at(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Addresses:
    for name in ("HOST", "PORT", "REGISTRY_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Addresses.from_environment()


def test_without_wishes_it_is_8000_and_8001_on_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at(monkeypatch) == Addresses("127.0.0.1", 8000, 8001)


def test_links_lead_to_a_name_that_a_browser_here_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = at(monkeypatch, HOST="0.0.0.0", PORT="80")
    assert (everywhere.site, everywhere.local) == ("http://localhost:80", "127.0.0.1")
    assert at(monkeypatch, HOST="demo.example.cn").registry == "http://demo.example.cn:8001"


@pytest.mark.parametrize("raw", ["abc", "0", "65536", "-1", "８０００", "80 80", "999999999", "1e3", "8000; rm"])
def test_what_is_no_port_is_refused_with_its_name(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "REGISTRY_PORT"):
        with pytest.raises(BadAddress, match=name):
            at(monkeypatch, **{name: raw})


def test_one_port_cannot_serve_both(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadAddress, match="9000"):
        at(monkeypatch, PORT="9000", REGISTRY_PORT="9000")


def test_a_busy_port_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = busy.getsockname()[1]
        other = free.getsockname()[1]
        free.close()
        with pytest.raises(BadAddress, match=rf"{port}.*REGISTRY_PORT="):
            Addresses("127.0.0.1", other, port).check_free()
        Addresses("127.0.0.1", other, other + 1 if other != port - 1 else other + 2).check_free()
