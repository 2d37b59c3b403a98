"""``manage.py dgx_results close|regrade``: what the staff's page does, for cron and for many."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dgxblock.content import read, write
from dgxblock.content.model import Assessment, Exercise
from dgxblock.i18n import gettext as _
from dgxblock.insight import overdue, regrading
from dgxblock.lab import LabError
from dgxblock.ledger import api as ledger


class Command(BaseCommand):
    """Close tries whose time is over; mark again what was handed in."""

    help = "Close tries whose time is over, or mark again what was handed in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("close", help="close tries whose time is over, with what was saved (for cron)")
        again = actions.add_parser("regrade", help="mark again; without --commit only say what would change")
        again.add_argument("course", help="the course key")
        again.add_argument("block", help="the usage key of the assessment or exercise")
        again.add_argument("document", type=Path, help="the content as XML, with the mended key")
        again.add_argument("--only-raise", action="store_true", help="nobody loses points")
        again.add_argument("--commit", action="store_true", help="do it")
        again.add_argument("--reason", default="", help="why; kept on record")
        again.add_argument("--actor", default="", help="the id of who decided it; kept on record")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "close":
            done = overdue.close_overdue()
            self.stdout.write(_(
                "Closed: %(closed)s · could not be marked now: %(left)s · with more time granted: %(open)s",
                closed=done.closed, left=done.left, open=done.open,
            ))  # fmt: skip
            return
        self._regrade(**options)

    def _regrade(
        self, *, course: str, block: str, document: Path, only_raise: bool, commit: bool, reason: str, actor: str,
        **_options: Any,
    ) -> None:  # fmt: skip
        try:
            text = document.read_text(encoding="utf-8")
            new = read.parse(text)
        except (OSError, UnicodeDecodeError, read.ContentError) as error:
            raise CommandError(_("%(file)s cannot be used: %(why)s", file=document, why=error)) from None
        if not isinstance(new, Assessment | Exercise):
            raise CommandError(_("%(file)s is neither an assessment nor an exercise.", file=document))
        if commit and not (reason.strip() and actor.strip()):
            raise CommandError(_("Please say why and who decided it: --reason and --actor. Nothing was changed."))
        revision = write.revision(text)
        try:
            diff = regrading.dry_run(course, block, new, revision, only_raise=only_raise, progress=self._tell)
            self._show(diff)
            if not commit:
                return
            ledger.keep_document(revision, text)
            done = regrading.commit(
                course, block, new, revision, only_raise=only_raise, reason=reason, actor_id=actor, progress=self._tell
            )
        except LabError as error:
            raise CommandError(_("Not everything could be marked: %(why)s", why=error)) from None
        self.stdout.write(
            _("Marked again: %(n)s tries of %(people)s trainees changed.", n=done.changed, people=done.learners)
        )

    def _show(self, diff: regrading.Diff) -> None:
        self.stdout.write(_(
            "Trial: of %(all)s trainees %(gain)s gain and %(lose)s lose; %(through)s newly pass and %(fail)s no "
            "longer do.", all=diff.learners, gain=diff.gain, lose=diff.lose, through=diff.pass_, fail=diff.fail,
        ))  # fmt: skip
        for line in diff.lines:
            mark = "+" if line.passed_after and line.crosses else "-" if line.crosses else " "
            self.stdout.write(f"{mark} {line.learner_id}\t{line.before:g}\t{line.after:g}\t{','.join(line.questions)}")

    def _tell(self, seen: int) -> None:
        if seen // 5000 > self._seen // 5000:
            self.stderr.write(_("%(n)s tries looked at …", n=seen))
        self._seen = seen

    _seen = 0
