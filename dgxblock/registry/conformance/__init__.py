"""The conformance kit: tries every promise of contract v1 at a registry, and says what to do about each that is broken.

It makes certificates for invented people, so it belongs to a registry's test system. It needs no host: the same checks
run by ``manage.py dgx_registry conformance`` and by ``python -m dgxblock registry conformance``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dgxblock.i18n import gettext as _
from dgxblock.registry.conformance import reading, told, transport, writes
from dgxblock.registry.conformance.catalogue import CHECKS
from dgxblock.registry.conformance.client import Agreed, Client, Fault, NotApplicable
from dgxblock.registry.conformance.report import FORMATS, Finding, Report
from dgxblock.registry.contract import Key, KeyProblem
from dgxblock.secrets import MissingSecret, resolve

__all__ = ["CHECKS", "Agreed", "Client", "Finding", "Report", "add_arguments", "command", "run"]

_GROUPS = (writes, transport, reading, told)  # imported for what they enter into the list


def run(agreed: Agreed, /, *, only: Collection[str] = (), say: Callable[[str], None] = lambda _text: None) -> Report:
    """Run the checks, all of them or those named. Never raises for what the registry does."""
    client = Client(agreed)
    findings = []
    for one in CHECKS.values():
        if only and one.code not in only:
            continue
        say(_(one.title))
        state, seen = "ok", ""
        try:
            one.run(client)
        except NotApplicable as reason:
            state, seen = "open", str(reason)
        except Fault as fault:
            state, seen = "fault", str(fault)
        except Exception as error:  # noqa: BLE001 - whatever a strange answer makes of a check, the others go on
            state, seen = "fault", _("the answer could not be read (%(kind)s)", kind=type(error).__name__)
        findings.append(Finding(one.code, _(one.title), state, seen, _(one.advice) if state == "fault" else ""))
    return Report(agreed.endpoint, datetime.now(UTC), tuple(findings))


def add_arguments(parser: argparse.ArgumentParser, /) -> None:
    """The options of the command."""
    parser.add_argument("--endpoint", required=True, help="the registry's base URL, of its test system")
    parser.add_argument("--key", required=True, action="append", help="env:NAME or file:/path of our signing key")
    parser.add_argument("--registry-key", action="append", default=[], help="the same, of the registry's callback key")
    parser.add_argument("--listen", help="HOST:PORT to hear callbacks at; the registry has to call it")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for a callback (60)")
    parser.add_argument("--quiet", type=float, default=60.0, help="the quiet period agreed on, in seconds (60)")
    parser.add_argument("--deadline", type=float, default=10.0, help="seconds for one exchange (10)")
    parser.add_argument("--scheme", default="conformance", help="a scheme that the registry knows")
    parser.add_argument("--credential", default="CONFORMANCE", help="one of its credential codes")
    parser.add_argument("--ca", help="file with the registry's certification authority")
    parser.add_argument(
        "--only", action="append", default=[], choices=sorted(CHECKS), metavar="CHECK", help="one check"
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--output", type=Path, help="write the report to this file")


def command(options: Mapping[str, Any], write: Callable[[str], Any], /) -> int:
    """Run the command; 0 when nothing is broken, 1 when something is, 2 when it could not begin."""
    try:
        host, _colon, port = str(options["listen"] or "").rpartition(":")
        agreed = Agreed(
            endpoint=options["endpoint"], keys=_keys(options["key"]), scheme=options["scheme"],
            credential=options["credential"], quiet_seconds=options["quiet"], deadline_seconds=options["deadline"],
            ca=options["ca"], registry_keys=_keys(options["registry_key"]),
            listen=(host or "127.0.0.1", int(port)) if options["listen"] else None, wait_seconds=options["wait"],
            say=write,
        )  # fmt: skip
    except MissingSecret as missing:
        write(_("Nothing is found at %(reference)s.", reference=missing.reference))
        return 2
    except KeyProblem as problem:
        write(str(problem))
        return 2
    except ValueError:
        write(_("--listen is HOST:PORT."))
        return 2
    report = run(agreed, only=options["only"])
    text = FORMATS[options["format"]](report)
    if options["output"]:
        options["output"].write_text(text, encoding="utf-8")
        write(report.summary())
    else:
        write(text)
    return int(not report.ok)


def _keys(references: list[str], /) -> tuple[Key, ...]:
    return tuple(Key.parse(resolve(one).decode("utf-8", "replace")) for one in references)
