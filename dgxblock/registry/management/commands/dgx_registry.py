"""``manage.py dgx_registry pump|sweep|status``: deliver results, and see how delivery stands."""

from __future__ import annotations

import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections

from dgxblock.i18n import gettext as _
from dgxblock.registry import api

_SWEEP_SECONDS: Final = 600.0


class Command(BaseCommand):
    """Deliver results to the certification registries."""

    help = "Deliver results to the certification registries, or tell how delivery stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        pump = actions.add_parser("pump", help="send what is due")
        how = pump.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="send what is due now, then end (the default)")
        how.add_argument("--loop", action="store_true", help="go on until stopped")
        pump.add_argument("--interval", type=float, default=1.0, help="seconds between looks into the queue")
        actions.add_parser("sweep", help="look for results that were earned and not recorded")
        actions.add_parser("status", help="queue, channels and missing settings")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "status":
            self._status()
        elif options["action"] == "sweep":
            self.stdout.write(_("Results found that were not recorded: %(n)s", n=api.sweep()))
        elif options["loop"]:
            self._loop(options["interval"])
        else:
            report = api.pump_once()
            for sentence in report.sentences:
                self.stderr.write(sentence)
            self.stdout.write(_("Turns given: %(n)s", n=report.turns))

    def _status(self) -> None:
        for state, count in api.queue().items():
            self.stdout.write(f"{state:<11}{count:>8}")
        for sentence in (*api.channel_sentences(), *api.missing_settings()):
            self.stdout.write(sentence)

    def _loop(self, interval: float) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_args: stop.set())  # the turn under way is finished first
        said: set[str] = set()
        swept = 0.0
        while not stop.is_set():
            try:
                close_old_connections()
                if time.monotonic() - swept > _SWEEP_SECONDS or not swept:
                    api.sweep()
                    swept = time.monotonic()
                report = api.pump_once(limit=50)
                sentences = set(report.sentences)
                for sentence in sorted(sentences - said):
                    self.stderr.write(sentence)
                said = sentences
            except DatabaseError as error:
                # A restarting database must not end the pump; its rows keep the truth.
                self.stderr.write(_("The database did not answer (%(kind)s); trying again.", kind=type(error).__name__))
            stop.wait(interval)
