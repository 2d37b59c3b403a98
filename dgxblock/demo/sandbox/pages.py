"""The pages for people: the register with its switch and log, and the page that a certificate's QR code leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from dgxblock import formats
from dgxblock.demo.sandbox import decisions, words
from dgxblock.demo.sandbox.gate import place_of
from dgxblock.demo.sandbox.models import Behaviour, Certificate, Entry, Exchange, Mode
from dgxblock.demo.sandbox.tags import tongue
from dgxblock.demo.sandbox.wire import problem_response
from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _

__all__ = [
    "behaviour",
    "csrf_failure",
    "decide",
    "healthz",
    "not_found",
    "register",
    "revoke",
    "server_error",
    "verify",
]

_PAGE: Final = 25
_LOG: Final = 20


@dataclass(frozen=True, slots=True)
class _Line:
    """One request as the log shows it."""

    exchange: Exchange
    outcome: str
    state: str  # the state class of the mark

    @property
    def path(self) -> str:
        """The path, shortened; of unknown paths nothing is kept."""
        short = f"/v1/results/{self.exchange.result_id[:8]}…"
        return {
            "result": short,
            "revocation": f"{short}/revocation",
            "batch": "/v1/results:batch",
            "callback": _("(to the sender)"),
            "feed": "/v1/results",
            "manifest": "/v1/manifest",
        }.get(self.exchange.place, "—")


@require_GET
@ensure_csrf_cookie
def register(request: HttpRequest) -> HttpResponse:
    """The register, newest first, with counts, switch and log."""
    entries = Entry.objects.select_related("certificate").order_by("-updated_at")
    page = Paginator(entries, _PAGE).get_page(request.GET.get("page"))
    mode = Behaviour.current()
    choices = words.choices()
    return _page(
        request,
        "register",
        {
            "page": page,
            "counts": {
                "live": Certificate.objects.filter(revoked_on=None).count(),
                "revoked": Certificate.objects.exclude(revoked_on=None).count(),
                "pending": Entry.objects.filter(outcome="pending").count(),
                "refused": Entry.objects.filter(outcome="refused").count(),
                "repeats": Entry.objects.aggregate(sum=Sum("repeats"))["sum"] or 0,
                "twice": Entry.objects.annotate(n=Count("certificate")).filter(n__gt=1).count(),
            },
            "choices": [choice for choice in choices if not choice.against],
            "faults": [choice for choice in choices if choice.against],
            "mode": mode,
            "current": next(choice for choice in choices if choice.mode == mode),
            "misbehaves": mode is not Mode.NORMAL,
            "foreign": any(_foreign(entry.shown["credential_name"]) for entry in page.object_list),
            "lines": [
                _Line(row, words.outcome(row.outcome), _state(row)) for row in Exchange.objects.order_by("-pk")[:_LOG]
            ],
        },
    )


@require_GET
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """What is public about one certificate."""
    certificate = Certificate.objects.select_related("entry").filter(number=number).first()
    if certificate is None:
        return _page(request, "unverified", {}, 404)
    revoked = certificate.revoked_on and formats.format_date(certificate.revoked_on, current_language())
    entry = certificate.entry
    context = {
        "certificate": certificate,
        "entry": entry,
        "revoked": revoked,
        "foreign": _foreign(entry.credential_name),
    }
    return _page(request, "verify", context)


@require_POST
def behaviour(request: HttpRequest) -> HttpResponse:
    """Turn the switch."""
    chosen = request.POST.get("mode", "")
    if chosen not in Mode.values:
        return _page(request, "error", {"reason": "mode"}, 400)
    Behaviour.set(Mode(chosen))
    return _back()


@require_POST
def decide(_request: HttpRequest) -> HttpResponse:
    """Decide everything that is pending."""
    decisions.decide_waiting(Behaviour.current())
    return _back()


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke one certificate, as the registry's own people would."""
    decisions.revoke_here(request.POST.get("result_id", ""))
    return _back("")


@require_GET
def healthz(_request: HttpRequest) -> JsonResponse:
    """Whether the registry and its database answer."""
    return JsonResponse(
        {"status": "ok", "certificates": Certificate.objects.count(), "behaviour": Behaviour.current().value}
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing at this address."""
    del exception
    return _page(request, "error", {"reason": "address"}, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that was open for too long, or from elsewhere."""
    del reason
    return _page(request, "error", {"reason": "csrf"}, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault. Under the contract's paths it is a problem document."""
    if request.path.startswith("/v1/"):
        return problem_response("internal", place_of(request.path))
    return _page(request, "error", {"reason": "internal"}, 500)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django itself refuses to read."""
    del exception
    if request.path.startswith("/v1/"):
        return problem_response("malformed", place_of(request.path))
    return _page(request, "error", {"reason": "unreadable"}, 400)


def _foreign(text: str) -> bool:
    """Whether a text from outside is in another language than the page: the contract sends each name once."""
    return bool(text) and tongue(text) != current_language()


def _demo_site(request: HttpRequest) -> str:
    """The demo under the name by which the visitor reached us, if it is on this machine."""
    parts = urlsplit(settings.CONFIG.demo_site)
    if parts.hostname != "localhost":
        return parts.geturl()
    try:
        host = request.get_host()
    except DisallowedHost:
        return parts.geturl()
    name = host[: host.rindex("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return parts._replace(netloc=f"{name}:{parts.port}" if parts.port else name).geturl()


def _state(row: Exchange) -> str:
    if row.status == 0 or row.status >= 500:
        return "bad"
    return "ok" if row.status < 300 else "part"


def _back(anchor: str = "#switch") -> HttpResponse:
    response = HttpResponseRedirect(f"/{anchor}")
    response.status_code = 303
    return response


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    lang = current_language()
    return render(
        request, f"sandbox/{name}.html", {"lang": lang, "demo_site": _demo_site(request), **context}, status=status
    )
