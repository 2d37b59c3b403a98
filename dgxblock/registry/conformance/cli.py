"""``python -m dgxblock registry``: checking a registry, and verifying a badge, without a host."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dgxblock.i18n import gettext as _
from dgxblock.registry import conformance
from dgxblock.registry.adapters import jws, openbadge
from dgxblock.registry.contract import Malformed, loads

__all__ = ["add_to"]


def add_to(commands: Any, /) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser("registry", help=_("Try a registry out"))
    actions = parser.add_subparsers(dest="action", required=True)
    kit = actions.add_parser("conformance", help=_("Check a registry against contract v1"))
    conformance.add_arguments(kit)
    kit.set_defaults(run=_run)
    verify = actions.add_parser("verify", help=_("Verify a digital badge (Open Badges 3.0)"))
    verify.add_argument("badge", type=Path, metavar="FILE", help=_("the badge, a file that ends in .jwt"))
    verify.add_argument("--jwks", type=Path, required=True, metavar="FILE", help=_("the issuer’s keys"))
    verify.add_argument("--revocations", type=Path, metavar="FILE", help=_("the issuer’s list of revoked badges"))
    verify.set_defaults(run=_verify)


def _run(options: argparse.Namespace) -> int:
    return conformance.command(vars(options), print)


def _verify(options: argparse.Namespace) -> int:
    try:
        text = options.badge.read_bytes()[: jws.MOST_BYTES + 1].decode("ascii", "replace")
        keys = _json(options.jwks).get("keys")
        revoked = _json(options.revocations) if options.revocations else None
        found = openbadge.verified(text, keys if isinstance(keys, list) else [], datetime.now(UTC), revoked)
    except (OSError, Malformed) as error:
        print(_("Not read: %(why)s", why=error))
        return 2
    except jws.Untrue as untrue:
        print(_why(untrue.code))
        return 1
    print(
        _("This badge is genuine. %(name)s, awarded by %(issuer)s (%(id)s), valid from %(day)s.",
          name=found["credentialSubject"]["achievement"]["name"], issuer=found["issuer"].get("name", found["iss"]),
          id=found["iss"], day=found["validFrom"][:10])
    )  # fmt: skip
    if revoked is None:
        print(_("Whether it was revoked was not checked: name the list with --revocations."))
    return 0


def _json(path: Path, /) -> dict[str, Any]:
    found = loads(path.read_bytes())
    if not isinstance(found, dict):
        raise Malformed("object")
    return found


def _why(code: str, /) -> str:
    return {
        "form": _("This file is no badge: a badge is one line of three parts with points between them."),
        "algorithm": _("This badge is signed with an algorithm that is not accepted; EdDSA is."),
        "key": _("None of these keys has signed this badge."),
        "signature": _("The signature does not fit: the badge was changed, or is forged."),
        "credential": _("The signature fits, but this is no credential of Open Badges 3.0."),
        "early": _("This badge is not valid yet."),
        "late": _("This badge is no longer valid."),
        "revoked": _("This badge was revoked."),
        "list": _("This list of revocations is not the one of the badge’s issuer."),
    }[code]
