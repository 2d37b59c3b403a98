"""What a trainee agrees to, in the words that they were shown, and whether they still do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from dgxblock.i18n import LANGUAGES, current_language
from dgxblock.i18n import gettext as _
from dgxblock.registry.clock import now
from dgxblock.registry.models import Consent, Scheme


def terms(scheme: Scheme, /, *, language: str | None = None) -> tuple[tuple[str, str], ...]:
    """Recipient, purpose, content, manner and what a refusal means: pairs of term and description."""
    language = language or current_language()
    recipient = scheme.recipient_zh if language == "zh-CN" else scheme.recipient_en
    return (
        (_("Recipient", language=language), recipient),
        (
            _("Purpose", language=language),
            _("To verify who you are, and to issue and publish the certificate", language=language),
        ),
        (_("Content", language=language), _content(scheme, language)),
        (
            _("Manner and duration", language=language),
            _("Sent encrypted; kept by the registry for the years that its rules set", language=language),
        ),
        (
            _("If you do not agree", language=language),
            _("Your result stands; only the certificate cannot be issued", language=language),
        ),
    )


def _content(scheme: Scheme, language: str | None, /) -> str:
    with_phone, with_firm = "phone" in scheme.send_members, "enterprise" in scheme.send_members
    if with_phone and with_firm:
        return _(
            "Name, type and number of the document, phone, enterprise, result of the assessment", language=language
        )
    if with_phone:
        return _("Name, type and number of the document, phone, result of the assessment", language=language)
    if with_firm:
        return _("Name, type and number of the document, enterprise, result of the assessment", language=language)
    return _("Name, type and number of the document, result of the assessment", language=language)


def digest(scheme: Scheme, /) -> str:
    """SHA-256 (hex) of the terms in all languages: what a consent was given to can be proved later."""
    words = [terms(scheme, language=language) for language in LANGUAGES]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def live(learner_id: str, scheme: Scheme, /) -> Consent | None:
    """The consent to the present version of the text, unless it was withdrawn."""
    found = Consent.objects.filter(
        learner_id=learner_id, scheme=scheme, version=scheme.consent_version, withdrawn_at=None
    )
    return found.order_by("-pk").first()


def latest(learner_ids: Collection[str], schemes: Collection[Scheme], /) -> dict[tuple[str, int], int]:
    """The primary key of what `live` would find, by learner and scheme (one query)."""
    version = {scheme.pk: scheme.consent_version for scheme in schemes}
    rows = Consent.objects.filter(learner_id__in=learner_ids, scheme__in=version, withdrawn_at=None).order_by("pk")
    found = rows.values_list("learner_id", "scheme_id", "version", "pk")
    return {(learner, scheme): pk for learner, scheme, says, pk in found if says == version[scheme]}


def last(learner_id: str, scheme: Scheme, /) -> Consent | None:
    """The latest consent of any version, withdrawn or not."""
    return Consent.objects.filter(learner_id=learner_id, scheme=scheme).order_by("-pk").first()


def give(learner_id: str, scheme: Scheme, /) -> Consent:
    """Record a consent. The caller holds the transaction."""
    return Consent.objects.create(
        scheme=scheme,
        learner_id=learner_id,
        version=scheme.consent_version,
        text_sha256=digest(scheme),
        given_at=now(),
    )
