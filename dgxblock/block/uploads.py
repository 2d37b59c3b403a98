"""Workbooks: the template to download, the file that comes back, and what of it counts as an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from webob import Request, Response
from xblock.core import XBlock

from dgxblock import lab
from dgxblock.block import answers, submission
from dgxblock.block.downloads import attachment
from dgxblock.block.http import ApiError, Sent, api_handler, file_handler
from dgxblock.content.model import Item, WorkbookItem
from dgxblock.i18n import gettext as _
from dgxblock.i18n import ngettext
from dgxblock.items import view
from dgxblock.items.workbook import answer_cells, resolved, upload_of, wanted
from dgxblock.lab.template import template_bytes
from dgxblock.lab.workbook import Upload, request
from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.words import refusal, shown
from dgxblock.pages.render import render

__all__ = ["MOST_FILES", "Work", "WorkbookUploads"]

MOST_FILES: Final = 300
"""Files of a learner for one question; who sends more has a script. What was read of each stays on record."""
_MODULE: Final = "public/dgx-upload.js"
_NAMELESS: Final = "workbook.xlsx"
_STATUS: Final = {"busy": 503, "down": 503, "rate": 429}
_MOST_TEXT: Final = 200
_MOST_FORMULA: Final = 1000
_TOO_MUCH: Final = {"deadline": "deadline", "killed": "deadline", "size": "too-large"}
"""What the laboratory says where the file is to blame."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a learner is working on: the questions, their data, the tables that belong into the template, all `seeds`
    that they have had here, and the answers handed in on these data. After `begin` the data stay what they are."""

    place: Any
    items: Sequence[Item]
    sheet: lab.Sheet
    tables: Sequence[lab.Table]
    seeds: Collection[str]
    handed_in: Mapping[str, Any]
    begin: Callable[[], object]


class WorkbookUploads(XBlock):
    """Mix in before `DgxBlock`."""

    def upload_work(self, *, writing: bool) -> Work:
        """The learner's work; with `writing`, an upload may be taken now.

        Raises:
            ApiError: it is not open, or not theirs.
        """
        raise NotImplementedError

    def upload_links(self: Any, items: Iterable[Item], /) -> dict[str, Any]:
        """What the pages of workbook questions need: addresses by the question's id."""
        return {
            "uploads": {
                item.id: {
                    "module": self.runtime.local_resource_url(self, _MODULE),
                    "upload": self.runtime.handler_url(self, "upload", query=f"item={item.id}"),
                    "template": self.runtime.handler_url(self, "template_xlsx", query=f"item={item.id}"),
                }
                for item in items
                if isinstance(item, WorkbookItem)
            }
        }

    def resolve_uploads(
        self: Any, place: Any, items: Iterable[Item], given: Mapping[str, Any], seed: str, /
    ) -> dict[str, Any]:
        """The answers, with what the files hold that they name. `seed` is that of the learner's data now.

        Raises:
            ApiError: a file that this learner has not uploaded for this question.
        """
        asked = {item.id: item for item in items if isinstance(item, WorkbookItem) and upload_of(given.get(item.id))}
        numbers = {name: upload_of(given[name]) for name in asked}
        found = self.ledger().uploads(place, set(numbers.values())) if asked else {}
        answers_now = dict(given)
        for name, item in asked.items():
            upload = found.get(numbers[name])
            if upload is None or upload.item_id != name:
                raise answers.malformed()
            answers_now[name] = _answer(upload, _reading(self.ledger(), place, item, upload), seed, self.ledger().OWNER)
        return answers_now

    @file_handler
    def upload(self: Any, sent: Sent) -> dict[str, Any]:
        """A file, ``?item=q1`` → ``{"upload": number, "html": the question's controls}``."""
        work: Work = self.upload_work(writing=True)
        item = _item(work, sent.item)
        ledger = self.ledger()
        digest = hashlib.sha256(sent.content).hexdigest()
        name = shown(sent.name) or _NAMELESS
        before = ledger.latest_upload(work.place, item.id)
        again = before is not None and (before.sha256, before.name) == (digest, name)
        if again and _fits(item, before.reading):
            reading = before.reading
        else:
            if ledger.upload_count(work.place, item.id) >= MOST_FILES:
                raise self._too_many(item)
            try:
                reading = _read(item, sent.content, work.place.learner_id)
            except (WorkbookError, lab.LabError) as error:
                raise self._refused(error, item, name, work) from None
        try:
            work.begin()
        except ledger.Conflict as refusal:
            raise answers.conflict(refusal.code) from None
        owner = reading["owner"]
        own = {seed[: ledger.OWNER] for seed in work.seeds}
        upload = ledger.add_upload(
            work.place, item.id, sha256=digest, name=name, content=sent.content, reading=reading, owner=owner,
            foreign=bool(owner) and owner not in own,
        )  # fmt: skip
        answer = _answer(upload, reading, work.sheet.seed, ledger.OWNER)
        return {"upload": upload.id, "html": self._controls(item, answer, work.sheet)}

    @api_handler
    def uploaded(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"item", "upload": number or ""}`` → ``{"html": the question's controls}`` with an earlier file of this
        learner's, or without one: for a page whose answer became another."""
        answers.known_keys(data, ("item", "upload"))
        work: Work = self.upload_work(writing=False)
        item = _item(work, str(data.get("item", "")))
        given = submission.answers_in({item.id: {"upload": data.get("upload", "")}}, [item])
        found = self.resolve_uploads(work.place, [item], given, work.sheet.seed)
        return {"html": self._controls(item, found.get(item.id), work.sheet)}

    def _controls(self: Any, item: WorkbookItem, answer: Any, sheet: lab.Sheet) -> str:
        lang = self.language()
        context = {
            "q": view(item, "", answer, sheet, lang), "uid": self.uid(), "lang": lang, "values": sheet.values,
            **self.upload_links([item]),
        }  # fmt: skip
        return render("item_workbook.html", context)

    def _refused(self: Any, error: WorkbookError | lab.LabError, item: WorkbookItem, name: str, work: Work) -> ApiError:
        """What happened, what is kept, and what to do, beside the field."""
        draft = self.ledger().draft(work.place)
        known = {**work.handed_in, **(draft.answers if draft else {})}.get(item.id)
        kept = str(known.get("name", "")) if isinstance(known, dict) else ""
        lang = self.language()
        if isinstance(error, WorkbookError):
            sentence = refusal(error.code, name, where=error.where, kept=kept, language=lang)
        else:
            sentence = _busy(error, kept, lang)
        return ApiError(_STATUS.get(error.code, 400), error.code, sentence, fields={f"a.{item.id}": sentence})

    def _too_many(self: Any, item: WorkbookItem) -> ApiError:
        sentence = _(
            "This question has taken %(n)s files of yours and takes no more. The latest is still there; please tell "
            "the staff if it has to be replaced.", language=self.language(), n=MOST_FILES,
        )  # fmt: skip
        return ApiError(409, "too-many", sentence, fields={f"a.{item.id}": sentence})

    @XBlock.handler
    def template_xlsx(self: Any, request: Request, suffix: str = "") -> Response:
        """GET ``?item=q1``: the workbook to fill in, with the learner's own data."""
        del suffix

        def made() -> tuple[str, bytes]:
            work: Work = self.upload_work(writing=False)
            item, lang = _item(work, str(request.GET.get("item", ""))), self.language()
            owner = work.sheet.seed[: self.ledger().OWNER]
            return item.id, template_bytes(work.tables, answer_cells(item, work.sheet, lang), lang, owner)

        return attachment(self, request, "xlsx", made)


def _item(work: Work, name: str) -> WorkbookItem:
    for item in work.items:
        if item.id == name and isinstance(item, WorkbookItem):
            return item
    raise ApiError(404, "not-found", _("There is no such question here. Nothing was changed; reload the page."))


def _read(item: WorkbookItem, content: bytes, learner: str) -> dict[str, Any]:
    """What the file holds in the cells of the question, read by a guarded process.

    Raises:
        WorkbookError: it is not read.
        LabError: it was not looked at.
    """
    try:
        header, _data, _seconds = lab.call("workbook", request(wanted(item)), content, who=learner)
    except lab.LabError as error:
        if error.code in _TOO_MUCH:
            raise WorkbookError(_TOO_MUCH[error.code]) from None
        raise
    told = Upload.of(header).json()
    for cell in told["cells"]:  # what a spreadsheet may hold and a database does not take, or only at length
        for key, most in (("value", _MOST_TEXT), ("formula", _MOST_FORMULA)):
            if isinstance(cell[key], str):
                cell[key] = "".join(each for each in cell[key][:most] if each.isprintable())
    told["owner"] = "".join(each for each in told["owner"] or "" if each.isprintable())
    return told


def _reading(ledger: Any, place: Any, item: WorkbookItem, upload: Any) -> dict[str, Any]:
    """What an upload holds; where the author has moved cells since, the file is read again."""
    file = None if _fits(item, upload.reading) else ledger.upload_file(place.course_key, upload.id)
    if file is None:
        return dict(upload.reading)
    try:
        return _read(item, file.content, place.learner_id)
    except (WorkbookError, lab.LabError):
        return dict(upload.reading)


def _fits(item: WorkbookItem, reading: Mapping[str, Any]) -> bool:
    return [(cell["id"], cell["at"]) for cell in reading["cells"]] == wanted(item)


def _answer(upload: Any, reading: Mapping[str, Any], seed: str, length: int) -> dict[str, Any]:
    before = upload.owner and upload.owner != seed[:length]
    return resolved(upload.id, upload.name, reading, "other" if upload.foreign else "before" if before else "")


def _busy(error: lab.LabError, kept: str, lang: str) -> str:
    """The file was not looked at: it is our turn to be sorry."""
    if error.code == "rate":
        told = ngettext(
            "That was quick: please upload again in 1 second.", "That was quick: please upload again in %(n)s seconds.",
            max(1, error.seconds), language=lang,
        )  # fmt: skip
    elif error.code == "busy":
        told = _("Many files are being read just now. Please upload yours again in a few seconds.", language=lang)
    else:
        told = _("Files cannot be read at the moment. Please upload yours again in a few minutes.", language=lang)
    if not kept:
        return told
    gap = "" if lang == "zh-CN" else " "
    return told + gap + _("Your earlier “%(kept)s” is still there.", language=lang, kept=shown(kept))
