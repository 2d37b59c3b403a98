"""The blocks that are compared. Each says how a learner comes to its page and hands in work that is all right."""

from __future__ import annotations

import copy
import html
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, ClassVar
from urllib.parse import urlencode

from webob import Request, Response
from xblock.core import XBlock
from xblock.plugin import PluginMissingError

from benchmarks import content
from benchmarks.stand import Runtime

__all__ = ["PEERS", "Missing", "Subject", "done", "ours", "peer"]


class Missing(Exception):
    """A peer that is not installed here; the message says so."""


class Subject(ABC):
    """One block with its content. `label` names it in the report, `later` is what its script loads before the learner
    can begin."""

    label: str
    later: tuple[str, ...] = ()
    graded = True

    def __init__(self, entry_point: str, kind: str, name: str, written: Mapping[str, Any]) -> None:
        self.cls: type[Any] = XBlock.load_class(entry_point)
        self.kind, self.name, self._written = kind, name, written

    def block(self, learner: str, /) -> Any:
        """The block as a new request of this learner finds it."""
        return Runtime(learner).block(self.cls, self.kind, self.name, copy.deepcopy(dict(self._written)))

    def before(self, learner: str, /) -> None:
        """Requests that come between a learner's first look and the page to answer on."""
        del learner

    def fetch(self, learner: str, /) -> None:
        """What the block's script asks its own handlers for at once: without it the page shows no question."""
        del learner

    @abstractmethod
    def request(self, learner: str, page: str, /) -> tuple[str, str, Request]:
        """Handler, suffix and request that hand in right answers to `page`."""


def post(data: Any, /) -> Request:
    """A request as a block's script sends it."""
    return Request.blank("/", method="POST", body=json.dumps(data).encode(), content_type="application/json")


def done(response: Response, /) -> Any:
    """The JSON of an answer that must be a success."""
    if response.status_int != 200:
        raise RuntimeError(f"{response.status}: {response.text[:500]}")
    return response.json


class Ours(Subject):
    """A block of dgxblock; its form says which handler it goes to and what it sends along."""

    def __init__(self, kind: str, name: str, label: str, document: str) -> None:
        super().__init__(f"dgx_{kind}", f"dgx_{kind}", name, {"document": document})
        self.label, self.document = label, document

    def form(self, page: str, handler: str, /) -> dict[str, Any]:
        found = re.search(rf'data-handler="{handler}" data-extra="([^"]*)"', page)
        if not found:
            raise RuntimeError(f"{self.label}: the page has no form for {handler}")
        return dict(json.loads(html.unescape(found[1])))


class Practice(Ours):
    def request(self, learner: str, page: str, /) -> tuple[str, str, Request]:
        block = self.block(learner)
        seed = block.seed(block.place())
        return "check", "", post({"a": content.answers(self.document, seed), **self.form(page, "check")})


class Paper(Ours):
    def before(self, learner: str, /) -> None:
        block = self.block(learner)
        done(block.runtime.handle(block, "begin", post({"number": 1, "confirm": True})))

    def request(self, learner: str, page: str, /) -> tuple[str, str, Request]:
        block = self.block(learner)
        attempt = block.ledger().attempts(block.place())[-1]
        known = content.answers(self.document, attempt.seed)
        drawn = {name: known[name] for name in attempt.paper}
        return "submit", "", post({"a": drawn, **self.form(page, "submit")})


class Story(Ours):
    """A decision is recorded, not graded."""

    graded = False

    def request(self, learner: str, page: str, /) -> tuple[str, str, Request]:
        del learner
        extra = self.form(page, "decide")
        found = re.search(r'name="option"[^>]*value="([^"]+)"', page)
        assert found
        return "decide", "", post({**extra, "option": found[1], "reason": ""})


class DragAndDrop(Subject):
    """Drag and drop v2 as an author gets it: five items, in the mode that is graded at the end."""

    label = "drag-and-drop v2"
    later = ("its state", "its picture", "its texts")
    distribution: ClassVar[str] = "xblock-drag-and-drop-v2"

    def __init__(self) -> None:
        super().__init__("drag-and-drop-v2", "drag-and-drop-v2", "dnd", {"mode": "assessment", "max_attempts": 3})

    def before(self, learner: str, /) -> None:
        for number, item in enumerate(self.block(learner).data["items"]):
            if item["zones"]:
                block = self.block(learner)
                data = {"val": number, "zone": item["zones"][0]}
                done(block.runtime.handle(block, "drop_item", post(data)))

    def fetch(self, learner: str, /) -> None:
        block = self.block(learner)
        done(block.runtime.handle(block, "student_view_user_state", Request.blank("/")))

    def request(self, learner: str, page: str, /) -> tuple[str, str, Request]:
        del learner, page
        return "do_attempt", "", post({})


class Capa(Subject):
    """The problem of the platform's core with the four questions; its numbers are the same for everybody."""

    label = "CAPA"
    distribution: ClassVar[str] = "xblocks-contrib"

    def __init__(self) -> None:
        written = {"data": content.text("problem"), "max_attempts": 3, "display_name": "Four questions"}
        super().__init__("_problem_extracted", "problem", "capa", written)

    def request(self, learner: str, page: str, /) -> tuple[str, str, Request]:
        del learner, page
        fields = (
            ("2_1", "12.5"), ("3_1", "6.25"), ("4_1", "choice_0"), ("5_1[]", "choice_0"), ("5_1[]", "choice_1"),
        )  # fmt: skip
        body = urlencode([(f"input_{self.name}_{name}", value) for name, value in fields])
        request = Request.blank(
            "/", method="POST", body=body.encode(), content_type="application/x-www-form-urlencoded"
        )
        return "xmodule_handler", "problem_check", request


PEERS: tuple[type[DragAndDrop | Capa], ...] = (DragAndDrop, Capa)


def ours() -> list[Subject]:
    """Our blocks: with the four questions, then as the library's first case has them."""
    return [
        Practice("exercise", "small-exercise", "exercise, 4 questions", content.small("exercise")),
        Paper("assessment", "small-assessment", "assessment, 4 questions", content.small("assessment")),
        Practice("exercise", "c1-exercise", "exercise of case C1", content.library("exercise")),
        Paper("assessment", "c1-assessment", "assessment of case C1", content.library("assessment")),
        Story("case_study", "c1-case", "case C1", content.library("case")),
    ]


def peer(which: type[DragAndDrop | Capa], /) -> Subject:
    """A peer, ready to be measured.

    Raises:
        Missing: it is not installed here.
    """
    try:
        version(which.distribution)
        return which()
    except (PackageNotFoundError, PluginMissingError):
        raise Missing(f"{which.label} is left out: {which.distribution} is not installed here") from None
