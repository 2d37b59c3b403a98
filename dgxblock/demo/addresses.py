"""Where the demo listens, read from the environment."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

from dgxblock.i18n import gettext as _

__all__ = ["Addresses", "BadAddress"]


class BadAddress(ValueError):
    """The environment asks for something that cannot be; the text says what, for people."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """`host` is what both servers bind to."""

    host: str
    port: int
    registry_port: int

    @classmethod
    def from_environment(cls) -> Addresses:
        """``HOST`` (default 127.0.0.1), ``PORT`` (8000) and ``REGISTRY_PORT`` (8001).

        Raises:
            BadAddress: not a port, or the same one twice.
        """
        ports = {name: _port(name, default) for name, default in (("PORT", 8000), ("REGISTRY_PORT", 8001))}
        if ports["PORT"] == ports["REGISTRY_PORT"]:
            raise BadAddress(_("PORT and REGISTRY_PORT are both %(port)s. Please choose two.", port=ports["PORT"]))
        return cls(os.environ.get("HOST") or "127.0.0.1", ports["PORT"], ports["REGISTRY_PORT"])

    def _at(self, port: int) -> str:
        """An address that a browser on this machine can open."""
        return f"http://{'localhost' if self.host in ('127.0.0.1', '0.0.0.0', '::') else self.host}:{port}"  # noqa: S104

    @property
    def site(self) -> str:
        return self._at(self.port)

    @property
    def registry(self) -> str:
        return self._at(self.registry_port)

    @property
    def local(self) -> str:
        """The host under which this machine reaches what we bind to."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104

    def check_free(self) -> None:
        """
        Raises:
            BadAddress: another program listens on one of the ports, or the address is not of this machine.
        """
        for name, port in (("PORT", self.port), ("REGISTRY_PORT", self.registry_port)):
            with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.host, port))
                except PermissionError:
                    raise BadAddress(
                        _("Port %(port)s needs more rights than you have. Please set %(name)s to one above 1023.",
                          port=port, name=name)
                    ) from None  # fmt: skip
                except OSError:
                    raise BadAddress(
                        _(
                            "Port %(port)s is in use by another program. Stop that program, or choose another port: "
                            "%(name)s=%(other)s make demo",
                            port=port,
                            name=name,
                            other=port + 80 if port < 65000 else 8080,
                        )
                    ) from None


def _port(name: str, default: int) -> int:
    raw = os.environ.get(name) or str(default)
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 5 and 1 <= int(raw) <= 65535):
        raise BadAddress(_("%(name)s is “%(raw)s”, which is not a port number from 1 to 65535.", name=name, raw=raw))
    return int(raw)
