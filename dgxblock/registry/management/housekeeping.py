"""``dgx_registry keys`` and ``dgx_registry retire``: the keys of encrypted fields, and accounts that go."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from dgxblock.i18n import gettext as _
from dgxblock.registry import conf, retirement, rotation

__all__ = ["add_arguments", "run"]

_SHOWN = 5  # rows named; the count says how many there are


def add_arguments(actions: Any, /) -> None:
    """The two sub-commands and their options."""
    keys: ArgumentParser = actions.add_parser("keys", help="which keys encrypt fields, and writing them anew")
    keys.add_argument("what", choices=("status", "rotate"))
    keys.add_argument("--limit", type=int, metavar="N", help="write at most N fields anew")
    retire: ArgumentParser = actions.add_parser("retire", help="shred the personal data of an account")
    retire.add_argument("learner", help="the account's id")
    retire.add_argument("--yes", action="store_true", help="do it; without, it is only said what would be done")


def run(options: Mapping[str, Any], say: Callable[[str], object], /) -> int:
    """Do what the options say; the exit code.

    Raises:
        dgxblock.registry.conf.Unset: a key is not set. Nothing was changed.
    """
    if options["action"] == "retire":
        return _retire(options["learner"], options["yes"], say)
    return _status(say) if options["what"] == "status" else _rotate(options["limit"], say)


def _status(say: Callable[[str], object], /) -> int:
    first, *others = conf.field_keys()
    say(_("New values are written with the key %(name)s.", name=first))
    missing = 0
    for each in rotation.status():
        counts = "  ".join(f"{name}={count}" for name, count in each.by_key.items())
        say(f"{each.table}.{each.column:<18} {counts}")
        missing += each.missing
    for name in others:
        if not any(each.by_key[name] for each in rotation.status()):
            say(_("Nothing needs the key %(name)s any longer: it can be taken out.", name=name))
    if missing:
        say(_("Values written with a key that is not set: %(n)s. Put that key back; until then they stay closed.",
              n=missing))  # fmt: skip
    return int(bool(missing))


def _rotate(limit: int | None, say: Callable[[str], object], /) -> int:
    done = rotation.rotate(limit=limit)
    say(_("Written anew: %(n)s. Still to do: %(left)s.", n=done.written, left=done.left))
    for code, rows in done.closed.items():
        if code == "key-missing":
            say(_("%(n)s values need a key that is not set. They are as they were.", n=len(rows)))
        else:
            say(_("%(n)s values do not open, because they were damaged or moved. They are as they were:", n=len(rows)))
        for row in rows[:_SHOWN]:
            say(f"  {row}")
    return int(bool(done.closed))


def _retire(learner: str, sure: bool, say: Callable[[str], object], /) -> int:
    if not sure:
        say(_("This withdraws the consents of account %(learner)s and shreds name, number, phone and employer for "
              "good. Certificates stay valid at the registry. Say --yes to do it.", learner=learner))  # fmt: skip
        return 1
    if retirement.retire(learner):
        say(_("The personal data of account %(learner)s are gone.", learner=learner))
    else:
        say(_("A result of account %(learner)s may be on its way to the registry. What that needs is kept until it is "
              "settled; the sweep then does the rest.", learner=learner))  # fmt: skip
    return 0
