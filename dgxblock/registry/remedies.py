"""What to do about a result that stands still: in words for staff, with the field that is wrong."""

from __future__ import annotations

from dgxblock.i18n import gettext as _
from dgxblock.registry import words
from dgxblock.registry.states import Owner
from dgxblock.registry.views_console import WhyView

__all__ = ["why"]


def why(reason: str, owner: str, /) -> WhyView | None:
    """What happened, where, and what to do; None when nothing stands in the way."""
    if not reason:
        return None
    field, advice = _known().get(reason, ("", ""))
    return WhyView(words.reason(reason), field, advice or _by_owner(owner))


def _known() -> dict[str, tuple[str, str]]:
    return {
        "identity-mismatch": (
            _("Name or number of the document"),
            _("Compare both with the document. The trainee can correct them on the certificate page, or you ask here "
              "for a correction and a colleague approves it; then send it again."),
        ),
        "underage": (
            _("Date of birth, inside the number of the document"),
            _("Compare digits 7 to 14 with the document. If they are right, the registry decides: ask there."),
        ),
        "missing-member": (
            _("One of name, number, phone or enterprise"),
            _("Ask the trainee to fill in every field of the certificate page."),
        ),
        "bad-value": (
            _("One of the values that the scheme sends"),
            _("Ask the operator to compare the scheme with what the registry has agreed to."),
        ),
        "already-certified": (
            _("Number of the document"),
            _("Ask the registry whose certificate it is. If the number is wrong here, have it corrected, then send it "
              "again; if the person has one already, leave it."),
        ),
        "duplicate-person": (
            _("Number of the document"),
            _("Compare the documents of both accounts, then give the person free at the account that is not theirs."),
        ),
        "person-released": (
            _("Number of the document"),
            _("The trainee gives other details; or admit the person again, if that was a mistake."),
        ),
        "number-twice": (
            _("Certificate number"), _("Ask the registry which of the two holds this number, then send it again.")
        ),
        "identity": (_("All details"), _("Ask the trainee to fill in the certificate page.")),
        "consent": (_("Consent"), _("Only the trainee can give it, on the certificate page.")),
        "not-earned": ("", _("Nothing to do: it goes on by itself when the requirements are met again.")),
        "by-staff": ("", _("Let it go when the reason is gone.")),
    }  # fmt: skip


def _by_owner(owner: str, /) -> str:
    return {
        Owner.TRAINEE: _("The trainee can correct it on the certificate page."),
        Owner.OPERATOR: _("Tell the operator: settings or the connection have to be repaired; then send it again."),
        Owner.STAFF: _("Compare with what the registry holds, then send it again."),
    }.get(Owner(owner), "") if owner else _("Nothing to do: it goes on by itself.")  # fmt: skip
