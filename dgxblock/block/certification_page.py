"""What the certificate page shows in each of its six states."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from dgxblock.block.qr import qr
from dgxblock.formats import DASH, format_date, format_value
from dgxblock.i18n import current_language, ngettext
from dgxblock.i18n import gettext as _

__all__ = ["Page", "build", "fingerprint", "needs_form"]

_POLLED = ("checking", "sent")
_MARKS = {"done": ("dgx-ok", "full"), "now": ("dgx-now", "half"), "stop": ("dgx-part", "stop"), "todo": ("", "")}


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement: `tone` and `mark` as the design has them, `remark` at the end of the line, `url` where an open one
    can be worked on."""

    title: str
    url: str
    remark: str
    tone: str
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    at: datetime | None
    note: str
    tone: str
    mark: str
    words: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The template's context. `stage` is one of the six; `state` changes whenever the page has something new."""

    stage: str
    state: str
    heading: str
    rows: list[Row]
    steps: list[Step]
    form: Any
    form_open: bool
    asks_consent: bool
    poll: bool
    may_withdraw: bool
    withdrawn: str
    number: str
    revealed: bool
    issued: str
    qr: SafeString
    note: str


def _qr(certificate: Any, uid: str, /) -> SafeString:
    """The code of our page, which holds no number; of the registry's where we have none."""
    if certificate is None:
        return SafeString("")
    from dgxblock.insight.verifying import address  # late: a host without our apps has no certificate

    leads = address(certificate.code) or certificate.verify_url
    return qr(leads, uid) if leads else SafeString("")


def needs_form(status: Any, /) -> bool:
    """Whether this page has the identity form on it."""
    return bool(status.editable) and str(status.stage) in ("not-yet", "details")


def fingerprint(status: Any, /) -> str:
    """Changes exactly when the page would: with stage, steps, requirements, identity and consent."""
    parts = (
        str(status.stage), status.changed_at, [(row.code, row.met, row.percent) for row in status.requirements],
        status.identity and status.identity.version, status.consent and status.consent.stands,
        status.certificate and status.certificate.revoked,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def build(status: Any, form: Any, /, *, uid: str, changed: str, reveal: bool, address: Callable[[str], str]) -> Page:
    """`status` is the registry's `CertificateStatus`, `form` its `IdentityForm` or None; `address` gives the page of a
    block by its usage key, or nothing where the host cannot tell."""
    stage = str(status.stage)
    certificate = status.certificate
    stands = status.consent is not None and status.consent.stands
    number = ""
    if certificate is not None:
        masked = _("ending in %(tail)s", tail=certificate.tail) if certificate.tail else DASH
        number = certificate.number if reveal and certificate.number else masked
    return Page(
        stage=stage,
        state=fingerprint(status),
        heading=_heading(status, stage),
        rows=[_row(one, address) for one in status.requirements] if stage == "not-yet" else [],
        steps=_steps(status.steps),
        form=form,
        form_open=stage == "details",
        asks_consent=not stands,
        poll=stage in _POLLED,
        may_withdraw=stands and stage != "issued",
        withdrawn=_withdrawn(status),
        number=number,
        revealed=reveal or not (certificate and certificate.number),
        issued="" if certificate is None else format_date(certificate.issued_on, current_language()),
        qr=_qr(certificate, uid),
        note=_note(changed),
    )


def _heading(status: Any, stage: str) -> str:
    if stage == "not-yet":
        if not status.missing:
            return _("All requirements are met")
        return ngettext("One requirement is still open", "%(n)s requirements are still open", status.missing)
    if stage == "details":
        if status.problem:
            return _("One thing needs correcting")
        return _("Check your details, so that the certificate carries the right name")
    revoked = status.certificate is not None and status.certificate.revoked
    if status.problem and status.problem.certificate and status.problem.code == "revoked":
        return _("Certificate revoked")
    return {
        "checking": _("Your details are being checked"),
        "sent": _("Sent to the registry"),
        "staff": _("Training staff are looking at it"),
        "issued": _("Certificate revoked") if revoked else _("Certificate issued"),
    }[stage]


def _row(one: Any, address: Callable[[str], str]) -> Row:
    tone, mark, words = ("dgx-ok", "full", _("met")) if one.met else ("", "", _("open"))
    remark = ""
    if one.percent is not None:
        whole = round(one.percent, 1).is_integer()
        shown = format_value(one.percent, "int" if whole else "dec1", current_language())
        remark = _("%(points)s points", points=shown)
        if not one.met:
            tone, mark, words = "dgx-part", "half", _("not enough yet")
    elif one.hours is not None:
        remark = _("%(n)s of %(least)s learning hours", n=_hours(one.hours), least=_hours(one.min_hours or 0.0))
    elif one.met and one.at is not None:
        remark = _day(one.at)
    url = address(one.usage_key) if one.usage_key and not one.met else ""
    return Row(str(one.title), url, remark, tone, mark, words)


def _hours(value: float) -> str:
    return format_value(value, "int" if float(value).is_integer() else "dec1", current_language())


def _steps(steps: Any) -> list[Step]:
    words = {"done": _("done"), "now": _("under way"), "stop": _("needs somebody"), "todo": _("still to come")}
    return [
        Step(one.title, one.at, one.note, *_MARKS[one.state], words[one.state], one.state in ("now", "stop"))
        for one in steps
    ]


def _withdrawn(status: Any) -> str:
    """The day on which the consent was withdrawn, empty if it was not."""
    moment = status.consent.withdrawn_at if status.consent and not status.consent.stands else None
    return _day(moment) if moment else ""


def _day(moment: datetime) -> str:
    return format_date(timezone.localtime(moment).date(), current_language(), today=timezone.localdate())


def _note(changed: str) -> str:
    return {
        "saved": _("Saved. Your details are stored encrypted."),
        "handed-in": _("Handed in. A reviewer decides; what becomes of it shows here."),
        "withdrawn": _("Your consent is withdrawn. Nothing new is sent; your result stands."),
    }.get(changed, "")
