"""What the pages call things: the switch, and the outcomes in the log."""

from __future__ import annotations

from dataclasses import dataclass

from dgxblock.demo.sandbox.models import Mode
from dgxblock.i18n import gettext as _

__all__ = ["Choice", "choices", "outcome"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One position of the switch."""

    mode: Mode
    label: str
    about: str
    against: bool = False  # the contract


def choices() -> list[Choice]:
    """Every position of the switch, in the reader's language."""
    return [
        Choice(Mode.NORMAL, _("Normal"), _("Checks, decides and answers at once.")),
        Choice(Mode.SLOW, _("Slow"), _("Decides at once and takes some seconds to say so.")),
        Choice(Mode.REFUSE, _("Refuses the identity"), _("Says that name and number do not match; nothing is stored.")),
        Choice(
            Mode.LOSE,
            _("Loses the answer"),
            _("Issues the certificate and then cuts the line: the sender hears nothing."),
        ),
        Choice(Mode.FAIL, _("Fails after the fact"), _("Issues the certificate and then answers 500.")),
        Choice(
            Mode.LATER,
            _("Decides later"),
            _("Accepts now; decides at the button below, or when it is asked about a minute later."),
        ),
        Choice(Mode.UNAVAILABLE, _("Closed"), _("Answers every request with 503; nothing is stored.")),
        *(Choice(mode, label, about, against=True) for mode, label, about in _faults()),
    ]


def _faults() -> list[tuple[Mode, str, str]]:
    return [
        (Mode.UNSIGNED, _("Believes everybody"), _("Accepts requests whose signature does not verify.")),
        (Mode.TIMELESS, _("Has no clock"), _("Accepts requests that were signed an hour ago.")),
        (Mode.CARELESS, _("Checks no digest"), _("Accepts a body that was damaged on its way.")),
        (Mode.LENIENT, _("Takes unknown members"), _("Accepts documents with members that the schema does not have.")),
        (Mode.UNORDERED, _("Knows no order"), _("Accepts operations that are older than what it holds.")),
        (Mode.FORGETS, _("Forgets"), _("Answers a repeated delivery with another certificate number.")),
        (Mode.HIDES, _("Hides what it holds"), _("Answers look-ups with “not found”.")),
        (Mode.ECHOES, _("Repeats names"), _("Writes the trainee’s name into its refusals.")),
        (Mode.REDIRECTS, _("Redirects"), _("Answers everything with a redirect.")),
        (Mode.HTML, _("Shows error pages"), _("Answers errors in HTML.")),
        (Mode.ENVELOPE, _("Wraps its answers"), _("Puts receipts into an envelope with code and message.")),
        (Mode.GZIP, _("Compresses"), _("Sends its answers compressed, though nobody asked for it.")),
        (Mode.CACHES, _("Lets answers be stored"), _("Says that its answers may be kept for ten minutes.")),
        (Mode.LOOPS, _("Walks in circles"), _("Its list of changes never ends.")),
        (Mode.MISCOUNTS, _("Miscounts"), _("Its manifest of a day has one result too many.")),
        (Mode.DROPS, _("Drops a line"), _("Leaves the last line of a batch unanswered.")),
        (Mode.RENUMBERS, _("Renumbers"), _("Gives a reinstated certificate another number.")),
        (Mode.FORGES, _("Signs with a strange key"), _("Signs what it tells the sender with a key nobody agreed on.")),
    ]


def outcome(code: str, /) -> str:
    """An outcome of the log in the reader's language; a code that has no words stays as it is."""
    words = {
        "issued": _("certificate issued"),
        "corrected": _("certificate corrected"),
        "revoked": _("certificate revoked"),
        "reinstated": _("certificate reinstated"),
        "repeated": _("known already, nothing new"),
        "pending": _("accepted, decided later"),
        "decided": _("looked up, and decided"),
        "looked-up": _("looked up"),
        "batch": _("batch of results"),
        "told": _("change told to the sender"),
        "not-heard": _("change not heard by the sender"),
        "feed": _("list of changes"),
        "manifest": _("manifest of a day"),
        "not-found": _("looked up, nothing held"),
        "refused": _("refused by a rule"),
        "invalid": _("against the schema"),
        "malformed": _("malformed"),
        "too-large": _("too large"),
        "digest": _("damaged on the way"),
        "signature": _("no signature verifies"),
        "clock": _("clocks too far apart"),
        "conflict": _("other content under the same number"),
        "stale": _("older than what is held"),
        "state": _("not possible in this state"),
        "busy": _("the last one is not decided yet"),
        "unavailable": _("closed, nothing stored"),
        "internal": _("failed"),
    }
    return words.get(code, code)
