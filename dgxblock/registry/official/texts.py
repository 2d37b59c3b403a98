"""What staff read of official files."""

from __future__ import annotations

from dgxblock.i18n import gettext as _
from dgxblock.lab.xlsx.words import shown

__all__ = ["match", "nobody", "refusal", "shown", "state", "status", "why"]


def nobody() -> str:
    """Without a name nobody could tell who must not approve it."""
    return _("Say who puts the file in: somebody else has to approve it.")


def refusal(code: str, name: str, where: str = "", /) -> str:
    """Why a file was not read."""
    file = shown(name)
    sentences = {
        "too-large": _("“%(file)s” is too large: at most 8 MB as CSV, 2 MB as XLSX.", file=file),
        "too-many-rows": _("“%(file)s” has more than 50,000 lines. Please divide it.", file=file),
        "no-head": _("“%(file)s” has no line of column names among its first ten lines. It needs our reference or the "
                     "identity number, and the certificate number or the status.", file=file),
        "column-twice": _("“%(file)s” has two columns for “%(where)s”. Please delete one of them.",
                          file=file, where=where),
        "encoding": _("“%(file)s” is neither UTF-8 nor GB18030.", file=file),
        "no-rows": _("“%(file)s” holds no line below its column names.", file=file),
        "macro": _("“%(file)s” contains macros and was not read.", file=file),
        "external-links": _("“%(file)s” is linked to other files and was not read.", file=file),
        "encrypted": _("“%(file)s” is protected by a password and was not read.", file=file),
    }  # fmt: skip
    return sentences.get(code) or _("“%(file)s” was not read (%(code)s). It has to be CSV or XLSX, without macros, "
                                    "embedded objects or links.", file=file, code=code)  # fmt: skip


def state(code: str, /) -> str:
    """Of a file."""
    return {
        "staged": _("Waits for a second person"),
        "approved": _("Taken over"),
        "discarded": _("Put aside"),
    }.get(code, code)


def match(code: str, /) -> str:
    """Of a line."""
    return {
        "exact": _("Fits exactly"),
        "fuzzy": _("May fit"),
        "unmatched": _("Fits nothing"),
        "conflicting": _("Contradicts"),
        "duplicate": _("Number twice"),
    }.get(code, code)


def status(code: str, /) -> str:
    """What a line says of a result."""
    return {
        "live": _("Certificate issued"),
        "revoked": _("Certificate revoked"),
        "refused": _("Refused by the registry"),
        "pending": _("Still being decided"),
    }.get(code, code)


def why(code: str, /) -> str:
    """Why a line is not exact; a column's name where its cell cannot be read."""
    return {
        "": "",
        "unknown-reference": _("Our reference in it is none of those handed over to this registry."),
        "unknown-person": _("Nobody with this identity number was handed over to this registry."),
        "no-reference": _("It has neither our reference nor an identity number."),
        "other-person": _("The identity number is another than the one handed over."),
        "other-name": _("The name is another than the one handed over."),
        "other-level": _("The level is another than the one handed over."),
        "other-credential": _("The credential is another than the one handed over."),
        "no-level": _("It names no level."),
        "several": _("Several results of this person fit."),
        "incomplete": _("The certificate number or the date of issue is missing."),
        "issued-before": _("The date of issue is before the day of the assessment."),
        "number-twice-in-file": _("The certificate number stands in the file twice."),
        "number-twice": _("The certificate number belongs to another result."),
        "result-twice": _("Two lines are about this result."),
        "second-certificate": _("This result has a certificate with another number."),
        "id_no-as-number": _("The identity number is stored as a number, so its last digits may be lost."),
    }.get(code) or _("A cell cannot be read: %(code)s.", code=code)
