"""``python -m dgxblock.demo``: prepare, start, serve until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import sys
from typing import IO

from dgxblock.demo.addresses import Addresses, BadAddress
from dgxblock.demo.folder import Folder
from dgxblock.demo.prepare import CannotPrepare, prepare
from dgxblock.demo.supervisor import Child, ChildDied, Interrupted, Supervisor
from dgxblock.i18n import gettext as _


def say(text: str) -> None:
    print(text, flush=True)


def _lock(folder: Folder) -> IO[str] | None:
    """Two demos on one database would be one too many. None: another one holds the folder."""
    folder.root.mkdir(parents=True, exist_ok=True)
    file = (folder.root / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _children(folder: Folder, at: Addresses) -> list[Child]:
    python = [sys.executable, "-m"]
    health = "http://{}:{}/healthz"
    return [
        Child(
            _("the registry sandbox"), [*python, "dgxblock.demo.sandbox"], folder.log("registry"),
            health.format(at.local, at.registry_port),
        ),
        Child(_("the site"), [*python, "dgxblock.demo.site"], folder.log("site"), health.format(at.local, at.port)),
        Child(_("the pump"), [*python, "dgxblock.demo.manage", "dgx_registry", "pump", "--loop"], folder.log("pump")),
    ]  # fmt: skip


def main() -> int:
    """Run the demo; the exit code."""
    os.umask(0o077)  # sessions, drafts and logs are nobody else's business
    folder = Folder.from_environment()
    try:
        at = Addresses.from_environment()
        lock = _lock(folder)
        if lock is None:
            say(_("The demo is already running from %(folder)s. Stop it first, or set DGX_DEMO_HOME to another folder.",
                  folder=str(folder.root)))  # fmt: skip
            return 1
        at.check_free()
        prepare(folder, say)
    except (BadAddress, CannotPrepare) as error:
        say(str(error))
        return 1
    except OSError as error:
        say(_("%(folder)s cannot be written: %(reason)s. Set DGX_DEMO_HOME to another folder.",
              folder=str(folder.root), reason=error.strerror or str(error)))  # fmt: skip
        return 1
    except KeyboardInterrupt:
        return 130
    environment = {
        **os.environ, "DGX_DEMO_HOME": str(folder.root), "HOST": at.host,
        "PORT": str(at.port), "REGISTRY_PORT": str(at.registry_port), "DGX_DEMO_SITE": at.site, "PYTHONUNBUFFERED": "1",
        "DGX_SANDBOX_CALLBACK_URL": f"http://{at.local}:{at.port}/dgx/registry/sandbox/receipts",
        "DGX_SANDBOX_CALLBACK_KEYS": f"file:{folder.secret('registry-callback-key')}",
    }  # fmt: skip
    try:
        with Supervisor(_children(folder, at), environment, say) as supervisor:
            supervisor.start()
            supervisor.wait_until_ready()
            say(
                _(
                    "Ready: demo %(site)s · registry sandbox %(registry)s · Ctrl-C stops everything",
                    site=at.site,
                    registry=at.registry,
                )
            )
            supervisor.watch()
    except Interrupted:
        say(_("Stopped."))
        return 0
    except ChildDied as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
