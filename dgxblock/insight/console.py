"""The registry console of a course: what its staff see of deliveries. What they do is in `console_acts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from dgxblock import charts
from dgxblock.formats import join_list
from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _
from dgxblock.insight.names import masked_names
from dgxblock.insight.places import Place, guarded
from dgxblock.ledger import api as ledger
from dgxblock.registry import api as registry

__all__ = ["REVEAL", "console", "queue_page", "result", "result_page", "runs", "search"]

REVEAL: Final = "dgx_registry.reveal_numbers"
"""The permission to see a full number."""
_MOST_PAGES: Final = 10_000


def queue_name(queue: str, /) -> str:
    """A queue, by who acts next."""
    return {
        "staff": _("Training staff"), "operator": _("Operator"), "trainee": _("Trainee"),
        "waiting": _("By itself"), "settled": _("Settled"),
    }[queue]  # fmt: skip


@require_safe
@guarded
def console(place: Place) -> HttpResponse:
    """Queues, work items, and how many got how far."""
    return queue_page(place)


def queue_page(place: Place, /, *, error: str = "", status: int = 200) -> HttpResponse:
    """The console's first page; `error` says why a request was refused."""
    asked = place.request.GET
    queue = asked.get("queue", "staff")
    if queue not in registry.QUEUES:
        raise Http404(queue)
    number = _number(asked.get("page", "1"), 1, _MOST_PAGES)
    counts = registry.queue_counts(place.course_key)
    found = registry.queue_rows(place.course_key, queue, page=number)
    items = registry.work_items(place.course_key)
    context = {
        "queues": [(name, queue_name(name), counts[name], name == queue) for name in registry.QUEUES],
        "queue": queue, "rows": _lines(place, found), "error": error, "said": _said(asked),
        "open_items": [(one, place.url("item", one.id)) for one in items if one.state == "open"],
        "sentences": [*registry.channel_sentences(), *registry.reconciliation_sentences()],
        "page_number": number, "more": counts[queue] > number * registry.PAGE, "figures": _figures(place.course_key),
        "tab": "queues",
    }  # fmt: skip
    return place.page("console.html", context, status=status)


@require_POST
@sensitive_post_parameters()
@guarded
def search(place: Place) -> HttpResponse:
    """What was looked for comes in the body and stays there: in no address, no log, no history."""
    text = place.request.POST.get("q", "")[:200]
    found = registry.search(place.course_key, text)
    return place.page("console_search.html", {"rows": _lines(place, found), "queue": "staff"})


def _lines(place: Place, rows: list[registry.OperationRow], /) -> list[tuple[registry.OperationRow, str, str]]:
    names = masked_names({one.learner_id for one in rows if not one.person})
    return [
        (
            one,
            one.person or names.get(one.learner_id) or _("Trainee %(id)s", id=one.learner_id),
            place.url("result", one.id),
        )
        for one in rows
    ]


def _number(text: str, least: int, most: int, /) -> int:
    return min(max(int(text), least), most) if text.isascii() and text.isdigit() and len(text) < 9 else least


def _said(asked: Any, /) -> str:
    """What the last action came to, by its code; anything else is no sentence of ours."""
    done, left = (_number(asked.get(name, "0"), 0, 10_000) for name in ("done", "left"))
    sentences = {
        "acted": _("Done: %(done)s. Left as they were: %(left)s.", done=done, left=left),
        "approved": _("Approved. It goes on by itself."),
        "refused": _("Not approved; your reason is on record."),
        "second": _("Noted. Somebody else has to approve too."),
        "asked": _("Asked for. A colleague has to approve it."),
    }
    return sentences.get(asked.get("said", ""), "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart and its table."""

    title: str
    chart: SafeString
    head: tuple[str, str]
    rows: list[tuple[str, int]]


def _figures(course_key: str, /) -> list[Figure]:
    learners = registry.learners(course_key).values()
    begun = {*ledger.course_progress(course_key), *(one.learner_id for one in learners if str(one.stage) != "not-yet")}
    earned = [one for one in learners if str(one.stage) != "not-yet"]
    stages = [
        (_("Begun"), len(begun)),
        (_("Earned"), len(earned)),
        (_("Details given"), sum(one.identity for one in earned)),
        (_("Sent to the registry"), sum(one.sent or one.certified for one in earned)),
        (_("Certificate issued"), sum(one.certified for one in earned)),
    ]
    lang, found = current_language(), []
    waiting = registry.ageing(course_key)
    if begun:
        title = _("From the first page to the certificate")
        desc = join_list([f"{name} {n}" for name, n in stages], lang)
        chart = charts.funnel("console-funnel", stages, title=title, desc=desc, lang=lang)
        found.append(Figure(title, SafeString(chart), (_("Stage"), _("Trainees")), stages))
    if any(n for _name, n in waiting):
        title = _("How long results wait, from the day they were earned")
        desc = join_list([f"{name} {n}" for name, n in waiting], lang)
        chart = charts.bars("console-age", waiting, title=title, desc=desc, lang=lang)
        found.append(Figure(title, SafeString(chart), (_("Waiting"), _("Results")), waiting))
    return found


@require_safe
@guarded
def result(place: Place, operation_id: str) -> HttpResponse:
    """One result: why it stands where it stands, what happened, what can be done."""
    return result_page(place, operation_id)


def result_page(
    place: Place, operation_id: str, /, *, error: str = "", status: int = 200, number: str = "",
    fields: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """`number` is a full number that is shown now and no longer than a minute; `fields` what is wrong in a form.

    Raises:
        Http404: it is not of this course.
    """
    found = registry.result(str(operation_id), place.course_key)
    if found is None:
        raise Http404(str(operation_id))
    here = place.url("result", found.row.id)
    context = {
        "found": found, "row": found.row, "error": error, "said": _said(place.request.GET), "number": number,
        "name": _lines(place, [found.row])[0][1], "here": here, "fields": fields or {},
        "reveal": place.url("reveal", found.row.id) if place.request.user.has_perm(REVEAL) else "",
        "correct": place.url("correct", found.row.id), "revoke": place.url("revoke", found.row.id),
        "items": [(one, place.url("item", one.id)) for one in found.items],
        "form": registry.identity_form(found.row.learner_id, place.course_key) if "correct" in found.may else None,
        "codes": registry.revocation_reasons(),
    }  # fmt: skip
    response = place.page("console_result.html", context, status=status)
    if number:
        response.headers["Refresh"] = f"60; url={here}"  # hides itself, with scripts or without
    return response


@require_safe
@guarded
def runs(place: Place) -> HttpResponse:
    """The comparisons with the registries. Their differences are of all courses, so site staff alone open them."""
    wanted = place.request.GET.get("run", "")
    known = registry.reconciliation_runs(place.course_key)
    chosen = next((one for one in known if one.id == wanted), None) if place.request.user.is_staff else None
    if wanted and chosen is None:
        raise Http404(wanted)
    items = registry.recon_items(chosen.id) if chosen else []
    context = {
        "runs": known, "chosen": chosen, "may_open": place.request.user.is_staff,
        "items": [
            (one, place.url("difference", chosen.id, one.id), _choices(one))
            for one in items
        ] if chosen else [],
        "sign": place.url("sign", chosen.id) if chosen else "", "tab": "runs",
    }  # fmt: skip
    return place.page("console_runs.html", context)


def _choices(one: registry.ReconItemView, /) -> list[tuple[str, str]]:
    return [(code, registry.decision_name(code)) for code in one.may]
