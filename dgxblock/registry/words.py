"""Codes in words: what a trainee is told, what staff read, who acts next."""

from __future__ import annotations

from dgxblock.i18n import gettext as _
from dgxblock.registry.states import OpKind, OpState, Owner

__all__ = ["kind", "next_step", "owner", "reason", "state", "tone", "trainee_problem", "trainee_reason"]


def kind(code: str, /) -> str:
    """What an operation does."""
    return {
        "ISSUE": _("Issue"), "CORRECT": _("Correct"), "REVOKE": _("Revoke"), "REINSTATE": _("Reinstate"),
    }.get(code, code)  # fmt: skip


def owner(code: str, /) -> str:
    """Who acts next."""
    return {
        Owner.TRAINEE: _("Trainee"),
        Owner.STAFF: _("Training staff"),
        Owner.OPERATOR: _("Operator"),
        "registry": _("Registry"),
    }.get(code, "")


def state(code: str, kind: str = OpKind.ISSUE, /) -> str:
    """An operation's state, as a tag."""
    if code == OpState.DONE and kind != OpKind.ISSUE:
        return {"CORRECT": _("Corrected"), "REVOKE": _("Revoked"), "REINSTATE": _("Valid again")}.get(kind, kind)
    return {
        OpState.HELD: _("Waiting for details"),
        OpState.READY: _("Queued"),
        OpState.SENDING: _("Being sent"),
        OpState.UNKNOWN: _("Outcome unknown"),
        OpState.PENDING: _("Sent"),
        OpState.DONE: _("Issued"),
        OpState.REJECTED: _("Returned"),
        OpState.HUMAN: _("Needs somebody"),
        OpState.DEAD: _("Given up"),
        OpState.SUPERSEDED: _("Replaced"),
        OpState.SHADOWED: _("Rehearsed, not sent"),
    }[OpState(code)]


def tone(code: str, /) -> str:
    """The state class of the design system: ``ok``, ``part``, ``bad``, ``now``, or empty."""
    return {
        OpState.HELD: "part", OpState.SENDING: "now", OpState.UNKNOWN: "part", OpState.PENDING: "now",
        OpState.DONE: "ok", OpState.SHADOWED: "part", OpState.REJECTED: "bad", OpState.HUMAN: "bad",
        OpState.DEAD: "bad",
    }.get(OpState(code), "")  # fmt: skip


def reason(code: str, /) -> str:
    """Why an operation stands where it stands, in a few words; empty for none."""
    if not code:
        return ""
    return {
        "identity": _("The details are missing"),
        "consent": _("The consent is missing"),
        "not-earned": _("The requirements are no longer met"),
        "duplicate-person": _("Another account has given the same identity number"),
        "person-released": _("Staff decided that this account is not this person's"),
        "by-staff": _("Training staff hold it back"),
        "identity-mismatch": _("The name and the identity number do not match"),
        "underage": _("The holder is too young by the registry's rules"),
        "missing-member": _("Something that the registry asks for is missing"),
        "bad-value": _("A value is not one that the registry accepts"),
        "not-eligible": _("The registry says that the conditions are not met"),
        "already-certified": _("The registry already has a certificate for this person"),
        "unknown-credential": _("The registry does not know this credential"),
        "number-twice": _("The registry gave a certificate number that another trainee has"),
        "lost": _("The registry no longer has what it accepted"),
        "other-digest": _("The registry holds another content under this number"),
        "greater-seq": _("The registry holds a later operation than ours"),
        "other-seq": _("The registry holds another operation than ours"),
        "older-rev": _("The registry shows an older state than before"),
        "invalid-document": _("The document does not follow the contract"),
        "key-missing": _("A key that the details were encrypted with is missing"),
        "damaged": _("Stored details cannot be opened"),
        "internal": _("Something failed inside"),
        "other-status": _("The registry says done, but shows another state of the certificate"),
        "not-supported": _("This registry cannot be asked for that"),
        "changed": _("What was wanted has changed"),
        "no-lookup": _("This registry cannot be asked what it holds"),
        "singly": _("The registry could not take it together with others"),
        "throttled": _("The registry asked us to slow down"),
        "unavailable": _("The registry is not available"),
        "busy": _("The registry has not decided the last operation yet"),
        "signature": _("The registry does not accept our signature"),
        "clock": _("Our clock and the registry's differ"),
        "forbidden": _("The registry does not let us use this scheme"),
        "gone": _("The registry has closed this scheme"),
        "malformed": _("The registry could not read the request"),
        "too-large": _("The request was too large"),
        "invalid": _("The registry found the document against the contract"),
        "refused": _("The registry refused it"),
        "conflict": _("The registry holds another content under this number"),
        "state": _("The certificate's state does not allow it"),
        "stale": _("The registry holds another operation than ours"),
        "digest": _("The request was damaged on its way"),
        "deadline": _("No answer in time"),
        "connection": _("The connection failed"),
        "tls": _("The secure connection failed"),
        "redirect": _("The address answers with a redirect"),
        "wrong-address": _("What answers there is not the registry: check the address"),
    }.get(code, _("The answer could not be believed"))


def item(code: str, /) -> str:
    """What a work item asks for."""
    return {
        "revoke": _("Revoke the certificate?"),
        "identity": _("Correct the details on the certificate?"),
        "reissue": _("Issue again what the registry has lost?"),
    }.get(code, code)


def item_state(code: str, /) -> str:
    """A work item's state, as a tag."""
    return {
        "open": _("Waiting for a decision"),
        "approved": _("Approved"),
        "refused": _("Not approved"),
        "void": _("No longer needed"),
    }.get(code, code)


def decision(code: str, /) -> str:
    """One line of the record of decisions."""
    return {
        "asked": _("Asked for"),
        "approved-first": _("Approved by the first of two"),
        "approved": _("Approved"),
        "refused": _("Not approved"),
        "void": _("No longer needed"),
        "awarded": _("Awarded by hand"),
        "not-earned": _("No longer earned"),
        "earned-again": _("Earned again"),
        "healed": _("Healed by itself"),
        "again": _("Found again in a later comparison"),
        "accept": _("The registry's receipt was taken over"),
        "reissue": _("To be issued again"),
        "explain": _("Explained, stays as it is"),
        "signed": _("Signed off"),
        "replayed": _("Sent again"),
        "held": _("Held back"),
        "let-go": _("Let go"),
        "released": _("Person given free"),
        "readmitted": _("Person admitted again"),
        "revealed": _("Full number looked at"),
        "claimed": _("Put into a claim"),
        "claim-read": _("Full details looked at, in a claim's file"),
        "scheme-loaded": _("A scheme was loaded from a file"),
    }.get(code, code)


def difference(code: str, /) -> str:
    """How both sides differ about a result."""
    return {
        "missing_remote": _("The registry does not have it"),
        "missing_local": _("The registry has it, and we never sent it"),
        "field_mismatch": _("The registry holds other content"),
        "status_mismatch": _("The certificate's state differs"),
        "duplicate_remote": _("The registry holds a second number"),
        "late_receipt": _("A receipt came late"),
    }.get(code, code)


def run_state(code: str, why: str = "", /) -> str:
    """How a comparison with a registry ended; `why` is its code."""
    if code == "stopped" and why == "empty":
        return _("stopped: the registry lists nothing at all")
    return {
        "running": _("running"),
        "clean": _("both sides agree"),
        "differs": _("there are differences to decide"),
        "stopped": _("stopped: too much differs"),
        "fault": _("failed: the registry's answers do not add up"),
    }.get(code, code)


def trainee_revoked(code: str, /) -> str:
    """What a trainee whose certificate is in question is told, honestly."""
    return {
        "deciding": _(
            "A later change of results has taken back what your certificate was given for. It is still valid at the "
            "registry; training staff decide what becomes of it, and you will see it here."
        ),
        "revoking": _(
            "Your certificate is being revoked at the registry, because its result no longer stands. Training staff "
            "can tell you why."
        ),
        "reinstating": _("Your result stands again. The registry is being asked to make your certificate valid again."),
    }.get(code, _("The registry has revoked your certificate; it is no longer valid. Training staff can tell you why."))


def trainee_reason(code: str, /) -> tuple[str, str]:
    """Why staff have a look, for a trainee: a code and a few words.

    Whether a number is known already is nobody's business but its owner's, and whoever reads this may not be them.
    """
    if code in ("duplicate-person", "person-released"):
        return "checking", _("Training staff are checking the details")
    return code, reason(code)


def trainee_problem(code: str, /) -> tuple[str, str]:
    """What the registry said, and what to do: for a trainee who can repair it."""
    return {
        "identity-mismatch": (
            _("The registry says: the name and the identity number do not match."),
            _(
                "Your result and your right to the certificate stand; no need to sit anything again. Please check the "
                "name for a missing, like-sounding or rare character. Once corrected, it is sent again by itself."
            ),
        ),
        "underage": (
            _("The registry says: the holder is too young."),
            _(
                "Your result stands. Please check the date of birth inside the number; once corrected, it is sent "
                "again."
            ),
        ),
        "missing-member": (
            _("The registry says: something is missing from your details."),
            _("Your result stands. Please fill in all fields; once completed, it is sent again by itself."),
        ),
    }.get(
        code,
        (
            _("The registry did not accept your details."),
            _("Your result stands. Please compare them with your document; once corrected, it is sent again."),
        ),
    )


def next_step(code: str, whose: str, when: str, /) -> str:
    """What happens next, and who does it. `when` is a time in words, or empty."""
    at = OpState(code)
    if at is OpState.HELD or at is OpState.REJECTED:
        return {
            Owner.TRAINEE: _("The trainee checks the details"),
            Owner.OPERATOR: _("The operator repairs the settings"),
        }.get(Owner(whose) if whose else Owner.STAFF, _("Training staff compare the records"))
    if at is OpState.READY:
        return _("Sent by itself at %(time)s", time=when) if when else _("Sent by itself")
    if at is OpState.UNKNOWN or at is OpState.SENDING:
        return _("Quiet until %(time)s, then the registry is asked", time=when)
    if at is OpState.PENDING:
        return _("Waiting for the receipt")
    if at is OpState.SHADOWED:
        return _("Goes out once the registry is live and the operator releases it")
    if at is OpState.HUMAN:
        return _("Compare with the registry, then replay")
    return _("Look for the cause, then replay") if at is OpState.DEAD else ""


def phase(code: str, /) -> str:
    """Why a request went out, or came in."""
    return {
        "send": _("sent"), "lookup": _("registry asked"), "poll": _("receipt asked for"), "probe": _("probed"),
        "shadow": _("rehearsed"), "callback": _("told by the registry"),
    }.get(code, code)  # fmt: skip


def answered(verdict: str, /) -> str:
    """What kind of answer an exchange had, where there is no reason to name."""
    return {
        "done": _("the registry has done it"), "pending": _("not decided yet"), "no": _("not done"),
        "unknown": _("no answer to rely on"),
    }.get(verdict, verdict)  # fmt: skip


def ground(code: str, /) -> str:
    """The contract's reason of a revocation."""
    return {
        "regraded": _("The result was marked again"), "wrong-person": _("It is another person's"),
        "fraud": _("Fraud"), "duplicate": _("The person has another one"),
        "issued-in-error": _("Issued in error"), "withdrawn": _("Given back"),
    }.get(code, code)  # fmt: skip
