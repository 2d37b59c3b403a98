"""The trainee's certificate in six states."""

from __future__ import annotations

from urllib.parse import quote

from dgxblock.i18n import gettext as _
from dgxblock.registry import badges, conf, dossier_views, gates, people, vault, verification, words
from dgxblock.registry import consent as consents
from dgxblock.registry.delivery import record
from dgxblock.registry.identity import store
from dgxblock.registry.identity.numbers import ID_TYPES
from dgxblock.registry.models import Achievement, Consent, Identity, Operation, Scheme
from dgxblock.registry.roster import store as rosters
from dgxblock.registry.standings import Standing, standing
from dgxblock.registry.states import (
    SETTLED,
    WORKABLE,
    Cycle,
    OpKind,
    OpState,
    Owner,
    Policy,
    RemoteState,
    SchemeKind,
    Stage,
    Verdict,
)
from dgxblock.registry.views import (
    Bilingual,
    CertificateStatus,
    CertificateView,
    ConsentView,
    IdentityForm,
    IdentityView,
    ProblemView,
    RequirementView,
    SchemeView,
    StepView,
)


def stage(achievement: Achievement | None, operation: Operation | None, /) -> Stage:
    """Which of the six states an achievement and its latest operation are."""
    if achievement is None or operation is None:
        return Stage.NOT_YET
    if achievement.remote_state == RemoteState.REVOKED or doubt(achievement, operation):
        return Stage.STAFF
    said = operation.state == OpState.DONE or operation.kind != OpKind.ISSUE
    if achievement.remote_state == RemoteState.ISSUED and said:
        return Stage.ISSUED  # whatever becomes of a correction: there is one certificate, and it is valid
    state = OpState(operation.state)
    if state is OpState.HELD and operation.reason == gates.NOT_EARNED:
        return Stage.NOT_YET
    if state in (OpState.HELD, OpState.REJECTED):
        return Stage.DETAILS if operation.owner == Owner.TRAINEE else Stage.STAFF
    if state in (OpState.READY, OpState.SHADOWED):
        return Stage.CHECKING
    if state in (OpState.SENDING, OpState.UNKNOWN, OpState.PENDING):
        return Stage.SENT
    return Stage.STAFF


def doubt(achievement: Achievement, operation: Operation, /) -> str:
    """What is to become of a certificate: ``deciding``, ``revoking``, ``reinstating``, ``revoked``, or empty for one
    that stands, or is not there."""
    if achievement.remote_state == RemoteState.REVOKED:
        asked = operation.kind == OpKind.REINSTATE and operation.state in WORKABLE
        return "reinstating" if asked and not achievement.withdrawn else "revoked"
    if achievement.remote_state != RemoteState.ISSUED or not achievement.withdrawn:
        return ""
    if operation.kind == OpKind.REVOKE and operation.state not in SETTLED:
        return "revoking"
    policy = achievement.scheme.revoke_policy
    settled = achievement.verdict == Verdict.KEEP or (policy == Policy.NEVER and not achievement.verdict)
    return "" if settled else "deciding"


def scheme_view(scheme: Scheme, /) -> SchemeView:
    """The scheme as pages show it."""
    return SchemeView(
        slug=scheme.slug,
        title=Bilingual(scheme.title_zh, scheme.title_en),
        credential=Bilingual(scheme.credential_name_zh, scheme.credential_name_en),
        level=Bilingual(scheme.level_zh, scheme.level_en or scheme.level_zh),
        recipient=Bilingual(scheme.recipient_zh, scheme.recipient_en),
        needed=tuple(
            (r.kind, r.usage_key, None if r.min_percent is None else float(r.min_percent))
            for r in scheme.requirements.all()
        ),
        dossier=scheme.kind == SchemeKind.DOSSIER,
    )


def build(learner_id: str, scheme: Scheme, /) -> CertificateStatus:
    """See `dgxblock.registry.api.status`."""
    requirements = tuple(
        _requirement(standing(learner_id, scheme.course_key, one)) for one in scheme.requirements.all()
    )
    held = Achievement.objects.filter(scheme=scheme, learner_id=learner_id).select_related("scheme")
    if scheme.cycle == Cycle.RUN:
        held = held.filter(cycle=scheme.run_number)
    achievement = held.order_by("-cycle").first()
    rows = Operation.objects.filter(achievement=achievement).exclude(state=OpState.SUPERSEDED)
    operation = rows.select_related("identity").order_by("-seq").first()
    identity = store.current(learner_id)
    given = consents.last(learner_id, scheme)
    now_at, problem = stage(achievement, operation), None
    told = dossier_views.stage(learner_id, scheme)
    if told is not None:
        requirements = (told[1],)
        if operation is None:
            now_at, _asked, problem = told
    shown = operation
    if now_at is Stage.ISSUED and operation and not (operation.state == OpState.DONE and operation.identity_id):
        shown = (
            rows.filter(state=OpState.DONE, identity__isnull=False).select_related("identity").order_by("-seq").first()
        )
    return CertificateStatus(
        stage=now_at,
        scheme=scheme_view(scheme),
        requirements=requirements,
        missing=sum(not one.met for one in requirements),
        identity=_identity(identity) if identity else None,
        consent=_consent(given, scheme) if given else None,
        consent_terms=consents.terms(scheme),
        steps=_steps(now_at, achievement, shown),
        certificate=_certificate(achievement, shown) if now_at is Stage.ISSUED else None,
        problem=problem or _problem(now_at, achievement, operation),
        editable=people.editable(learner_id),
        changed_at=operation.changed_at if operation else None,
    )  # fmt: skip


def form(learner_id: str, scheme: Scheme, /) -> IdentityForm:
    """See `dgxblock.registry.api.identity_form`."""
    labels = {
        "CN-RIC": _("Resident identity card"),
        "CN-RPHK": _("Residence permit for Hong Kong and Macau residents"),
        "CN-RPTW": _("Residence permit for Taiwan residents"),
        "CN-FPR": _("Foreign permanent resident identity card"),
        "XX-PASSPORT": _("Passport"),
    }
    types = tuple((code, labels[code]) for code in ID_TYPES)
    agreed = consents.live(learner_id, scheme) is not None
    row = store.current(learner_id)
    try:
        given = store.details(row) if row else None
    except (vault.Closed, conf.Unset):
        given = None  # what does not open is asked for again
    if row is None:
        given = rosters.offered(learner_id, scheme.course_key)
    if given is None:
        return IdentityForm(consent=agreed, id_types=types)
    shown = "CN-RPHK" if given.id_type == "CN-RPMO" else given.id_type
    name, (_mask, id_mask, phone_mask) = given.name, given.masks
    return IdentityForm(name, shown, id_mask, phone_mask, given.enterprise, agreed, types, row is None)


def _requirement(stands: Standing, /) -> RequirementView:
    one = stands.requirement
    return RequirementView(
        code=one.code, kind=one.kind, usage_key=one.usage_key, title=Bilingual(one.title_zh, one.title_en),
        met=stands.met, percent=stands.percent,
        min_percent=None if one.min_percent is None else float(one.min_percent), at=stands.at,
        hours=stands.hours, min_hours=None if one.min_hours is None else float(one.min_hours),
    )  # fmt: skip


def _consent(row: Consent, scheme: Scheme, /) -> ConsentView:
    stands = row.withdrawn_at is None and row.version == scheme.consent_version
    return ConsentView(row.given_at, row.withdrawn_at, stands)


def _identity(row: Identity, /) -> IdentityView:
    return IdentityView(row.name_mask, row.id_type, row.id_mask, row.phone_mask, row.version, row.created_at)


def _steps(at: Stage, achievement: Achievement | None, operation: Operation | None, /) -> tuple[StepView, ...]:
    if achievement is None or operation is None:
        return ()
    met = StepView("met", _("Requirements met"), "done", achievement.earned_at)
    issued = StepView("issued", _("Certificate issued"), "todo")
    who = operation.identity
    note = f"{who.name_mask} · {who.id_mask}" if who else ""
    checked = StepView("details", _("Details checked"), "done", who.created_at if who else None, note)
    sent_at = operation.sent_at
    if code := doubt(achievement, operation):
        was = StepView("issued", _("Certificate issued"), "done")
        title = _("Certificate revoked") if code == "revoked" else _("Training staff are looking at it")
        return was, StepView("repair", title, "stop", operation.changed_at)
    if operation.state == OpState.REJECTED or at is Stage.STAFF:
        before = [checked] if who else []
        if sent_at:
            before = [StepView("sent", _("Sent to the registry"), "done", sent_at)]
        title = _("Your details need a look") if at is Stage.DETAILS else _("Training staff are looking at it")
        return met, *before, StepView("repair", title, "stop", operation.changed_at), issued
    sent_todo = StepView("sent", _("Sent to the registry"), "todo")
    if at is Stage.DETAILS:
        return met, StepView("details", _("Details needed from you"), "stop"), sent_todo, issued
    if at is Stage.CHECKING:
        return met, checked, StepView("sent", _("On its way to the registry"), "now"), issued
    if at is Stage.SENT:
        waiting = StepView("sent", _("Sent to the registry, waiting for the receipt"), "now", sent_at)
        return met, checked, waiting, issued
    done = StepView("issued", _("Certificate issued"), "done", operation.changed_at)
    return met, checked, StepView("sent", _("Sent to the registry"), "done", sent_at), done


def _certificate(achievement: Achievement | None, operation: Operation | None, /) -> CertificateView | None:
    if achievement is None or operation is None or operation.identity is None or achievement.issued_on is None:
        return None
    try:
        number = record.certificate_number(achievement)
        name = store.details(operation.identity).name
        registry = conf.registry(achievement.scheme.registry)
        template, badge = (
            registry.verify_url,
            badges.url_of(achievement.course_key) if registry.adapter == "badge" else "",
        )
        code = verification.code_of(achievement.uuid)
    except (vault.Closed, conf.Unset):
        # Issued is issued, even while a key is missing; only the number cannot be shown.
        number, name, template, badge, code = "", operation.identity.name_mask, "", "", ""
    url = template.replace("{number}", quote(number, safe="")) if number else ""
    revoked = achievement.remote_state == RemoteState.REVOKED
    return CertificateView(name, number, number[-4:], achievement.issued_on, url, revoked, badge, code)


def _problem(at: Stage, achievement: Achievement | None, operation: Operation | None, /) -> ProblemView | None:
    if operation is None or achievement is None:
        return None
    if at is Stage.STAFF and (code := doubt(achievement, operation)):
        return ProblemView(code, Owner.STAFF, words.trainee_revoked(code), "", certificate=True)
    if at is Stage.STAFF:
        says = _("Training staff need to have a look; there is nothing for you to do.")
        code, why = words.trainee_reason(operation.reason)
        return ProblemView(code, operation.owner or Owner.STAFF, says, why)
    if operation.state == OpState.REJECTED:
        says, advice = words.trainee_problem(operation.reason)
        return ProblemView(operation.reason, Owner.TRAINEE, says, advice)
    return None
