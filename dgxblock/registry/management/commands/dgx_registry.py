"""``manage.py dgx_registry``: deliver results, see how delivery stands, try a registry out."""

from __future__ import annotations

import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from dgxblock.i18n import gettext as _
from dgxblock.registry import api, conf, conformance, rehearsal, scheme_command
from dgxblock.registry.management import housekeeping

_SWEEP_SECONDS: Final = 600.0
_TURNS: Final = 200


class Command(BaseCommand):
    """Deliver results to the certification registries."""

    help = "Deliver results to the certification registries, tell how delivery stands, or try a registry out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        pump = actions.add_parser("pump", help="send what is due")
        how = pump.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="send what is due now, then end (the default)")
        how.add_argument("--loop", action="store_true", help="go on until stopped")
        pump.add_argument("--interval", type=float, default=1.0, help="seconds between looks into the queue")
        pump.add_argument("--workers", type=int, default=1, choices=range(1, 17), metavar="N", help="how many at once")
        actions.add_parser("sweep", help="look for results that were earned and not recorded")
        actions.add_parser("status", help="queue, channels and missing settings")
        release = actions.add_parser("release", help="queue what a shadow registry would have been sent")
        release.add_argument("--registry", required=True, help='a name in DGXBLOCK["REGISTRIES"]')
        rehearse = actions.add_parser("rehearse", help="deliver invented trainees to a shadow or a sandbox")
        rehearse.add_argument("--registry", required=True, help='a name in DGXBLOCK["REGISTRIES"]')
        rehearse.add_argument("--results", type=int, default=100, metavar="N", help="how many (100)")
        compare = actions.add_parser("reconcile", help="compare what registries hold with what was sent (nightly)")
        compare.add_argument("--scheme", default="", metavar="SLUG", help="only the registry of this scheme")
        compare.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="the first day, 2026-11-24")
        compare.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="the last day (yesterday)")
        compare.add_argument("--report", metavar="FILE", help="write what was found to FILE.csv or FILE.xlsx")
        housekeeping.add_arguments(actions)
        scheme_command.add_arguments(actions.add_parser("schemes", help="load, check or export schemes as YAML"))
        official = actions.add_parser("import", help="read an official file, for a second person to approve")
        official.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX")
        official.add_argument("--registry", required=True, help='a name in DGXBLOCK["REGISTRIES"]')
        official.add_argument("--by", required=True, metavar="ID", help="the user id of whoever puts it in")
        approve = actions.add_parser("approve-import", help="take over an official file that somebody else put in")
        approve.add_argument("id", metavar="ID", help="as import has told it")
        approve.add_argument("--by", required=True, metavar="ID", help="the user id of whoever approves")
        approve.add_argument("--reason", required=True, help="why; kept for good")
        conformance.add_arguments(actions.add_parser("conformance", help="check a registry against contract v1"))

    def handle(self, *_args: Any, **options: Any) -> None:
        actions: dict[str, Callable[[dict[str, Any]], None]] = {
            "pump": self._pump, "sweep": self._sweep, "status": self._status, "release": self._release,
            "rehearse": self._rehearse, "reconcile": self._reconcile, "conformance": self._conformance,
            "keys": self._house, "retire": self._house,
            "schemes": self._schemes,
            "import": self._import, "approve-import": self._approve_import,
        }  # fmt: skip
        actions[options["action"]](options)

    def _house(self, options: dict[str, Any]) -> None:
        try:
            code = housekeeping.run(options, self.stdout.write)
        except conf.Unset as sentence:
            raise CommandError(str(sentence)) from None
        if code:
            raise SystemExit(code)

    def _sweep(self, _options: dict[str, Any]) -> None:
        self.stdout.write(_("Results found that were not recorded: %(n)s", n=api.sweep()))

    def _status(self, _options: dict[str, Any]) -> None:
        for state, count in api.queue().items():
            self.stdout.write(f"{state:<11}{count:>8}")
        for sentence in (*api.channel_sentences(), *api.reconciliation_sentences(), *api.missing_settings()):
            self.stdout.write(sentence)

    def _release(self, options: dict[str, Any]) -> None:
        try:
            released = api.release_shadowed(options["registry"])
        except conf.Unset as sentence:
            raise CommandError(str(sentence)) from None
        self.stdout.write(_("Queued: %(n)s", n=released))

    def _rehearse(self, options: dict[str, Any]) -> None:
        if options["results"] < 1:
            raise CommandError(_("--results is a number above 0."))
        try:
            outcome = rehearsal.run(options["registry"], options["results"], say=self.stdout.write)
        except (conf.Unset, rehearsal.NotHere) as sentence:
            raise CommandError(str(sentence)) from None
        for state, count in sorted(outcome.states.items()):
            self.stdout.write(f"{state:<11}{count:>8}")
        self.stdout.write(
            _("%(n)s results in %(seconds)s s: %(rate)s a second.",
              n=outcome.results, seconds=f"{outcome.delivered:.1f}", rate=f"{outcome.rate:.1f}")
        )  # fmt: skip

    def _reconcile(self, options: dict[str, Any]) -> None:
        slugs = api.registries(options["scheme"])
        if not slugs:
            raise CommandError(_("There is no scheme %(slug)s.", slug=options["scheme"]))
        well = [self._compare(slug, options) for slug in slugs]
        if not all(well):
            raise SystemExit(1)  # so that cron says so

    def _compare(self, slug: str, options: dict[str, Any]) -> bool:
        try:
            run = api.reconcile(slug, since=options["since"], until=options["until"])
        except conf.Unset as sentence:
            raise CommandError(str(sentence)) from None
        if run is None:
            self.stdout.write(_("%(name)s lists nothing, or counts days in several zones: not compared.", name=slug))
            return True
        self.stdout.write(
            _("%(name)s, %(since)s to %(until)s: %(state)s. Results %(n)s, differences %(found)s, to decide %(open)s.",
              name=slug, since=run.since, until=run.until, state=run.state_label, n=run.results, found=run.items,
              open=run.open)
        )  # fmt: skip
        if options["report"]:
            where = Path(options["report"])
            body = api.reconciliation_report(run.id, where.suffix.removeprefix(".").lower())
            if body is None:
                raise CommandError(_("--report names a file that ends in .csv or .xlsx."))
            where.write_bytes(body)
        return run.state == "clean"

    def _schemes(self, options: dict[str, Any]) -> None:
        scheme_command.run(options, self.stdout.write)

    def _import(self, options: dict[str, Any]) -> None:
        try:
            data = options["file"].read_bytes()
            found = api.stage_import(options["registry"], options["file"].name, data, uploader=options["by"])
        except (OSError, conf.Unset) as sentence:
            raise CommandError(str(sentence)) from None
        if isinstance(found, str):
            raise CommandError(found)
        self._told(found)
        for row in api.import_rows(found.id):
            if row.match != "exact":
                self.stdout.write(f"{row.row_no:>6}  {row.match_label}  {row.person}  {row.why}")

    def _approve_import(self, options: dict[str, Any]) -> None:
        came = api.approve_import(options["id"], actor=options["by"], reason=options["reason"])
        if came == api.Approval.SAME_PERSON:
            raise CommandError(_("Whoever put the file in cannot approve it."))
        found = next((one for one in api.imports() if one.id == options["id"]), None)
        if came != api.Approval.APPROVED or found is None:
            raise CommandError(_("There is no such file that waits, or no reason was given."))
        self._told(found)

    def _told(self, found: api.ImportView) -> None:
        self.stdout.write(f"{found.id}  {found.state_label}")
        for name, count in sorted((found.results or found.counts).items()):
            self.stdout.write(f"{name:<24}{count:>8}")

    def _conformance(self, options: dict[str, Any]) -> None:
        code = conformance.command(options, self.stdout.write)
        if code:
            raise SystemExit(code)

    def _pump(self, options: dict[str, Any]) -> None:
        stop = threading.Event()
        if options["loop"]:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_args: stop.set())  # the turn under way is finished first
        turns: list[int] = []
        work = self._loop if options["loop"] else self._once
        threads = [
            threading.Thread(target=_closing, args=(work, stop, options["interval"], turns), name=f"dgx-pump-{n}")
            for n in range(1, options["workers"])
        ]
        for thread in threads:
            thread.start()
        try:
            work(stop, options["interval"], turns, first=True)
        finally:
            stop.set()  # whatever ended this one ends the others too
            for thread in threads:
                thread.join()
        if not options["loop"]:
            self.stdout.write(_("Turns given: %(n)s", n=sum(turns)))

    def _once(self, _stop: threading.Event, _interval: float, turns: list[int], /, *, first: bool = False) -> None:
        report = api.pump_once()
        turns.append(report.turns)
        for sentence in report.sentences if first else ():
            self.stderr.write(sentence)

    def _loop(self, stop: threading.Event, interval: float, _turns: list[int], /, *, first: bool = False) -> None:
        said: set[str] = set()
        swept = 0.0
        while not stop.is_set():
            try:
                close_old_connections()
                if first and (time.monotonic() - swept > _SWEEP_SECONDS or not swept):
                    api.sweep()
                    swept = time.monotonic()
                report = api.pump_once(limit=_TURNS)
                sentences = set(report.sentences)
                for sentence in sorted(sentences - said) if first else ():
                    self.stderr.write(sentence)
                said = sentences
            except DatabaseError as error:
                # A restarting database must not end the pump; its rows keep the truth.
                self.stderr.write(_("The database did not answer (%(kind)s); trying again.", kind=type(error).__name__))
            stop.wait(interval)


def _closing(work: Callable[..., None], /, *args: Any) -> None:
    """A worker's whole life: a connection of its own ends with its thread."""
    try:
        work(*args)
    finally:
        connections.close_all()
