"""Builders for blocks: a learner at a block in the workbench's own runtime, and requests to its handlers."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from webob import Request, Response
from workbench.runtime import WorkbenchRuntime
from xblock.core import XBlock
from xblock.fields import DateTime, Scope, ScopeIds, String, Timedelta


class RecordingRuntime(WorkbenchRuntime):
    """The workbench's runtime, with what blocks publish kept in a list and no author's rights unless given."""

    dgx_author = False

    def __init__(self, learner: str | None, published: list[tuple[str, dict[str, Any]]]) -> None:
        super().__init__(learner)
        self.published = published

    def _patch_xblock(self, block: XBlock) -> None:
        if "due" not in block.fields:  # the workbench makes every block due now: harmless where it is no field
            super()._patch_xblock(block)

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        return f"/resource/{block.scope_ids.block_type}/{uri}"

    def resource_url(self, resource: str) -> str:
        return f"/static/workbench/{resource}"

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        del query, thirdparty
        return f"/handler/{block.scope_ids.usage_id}/{handler_name}" + (f"/{suffix}" if suffix else "")

    def publish(self, block: XBlock, event_type: str, event_data: dict[str, Any]) -> None:
        self.published.append((event_type, dict(event_data)))


def block(
    cls: type[Any], document: str = "", /, *, learner: str | None = "7", usage: str = "u0",
    published: list[tuple[str, dict[str, Any]]] | None = None, author: bool = False, **fields: Any,
) -> Any:  # fmt: skip
    """A block of `cls` for one learner. The same `usage` and learner name the same place, whichever object asks."""
    runtime = RecordingRuntime(learner, published if published is not None else [])
    runtime.dgx_author = author
    kind = cls.kind
    made = runtime.construct_xblock_from_class(
        cls, ScopeIds(learner, f"dgx_{kind}", f"s.{kind}.d0", f"s.{kind}.d0.{usage}")
    )
    made.document = document
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def page(made: Any, /) -> str:
    """The learner's page as the host would get it."""
    return str(made.runtime.render(made, "student_view").content)


def inner(made: Any, /) -> str:
    """The learner's page without the host's wrapper."""
    return str(made.student_view().content)


def post(made: Any, handler: str, data: Any = None, /, *, raw: bytes | None = None, method: str = "POST") -> Response:
    """A request to a handler, as the browser sends it."""
    body = raw if raw is not None else json.dumps(data).encode()
    request = Request.blank("/", method=method, body=body if method == "POST" else b"", content_type="application/json")
    return made.runtime.handle(made, handler, request)


def answer(made: Any, handler: str, data: Any, /) -> dict[str, Any]:
    """The JSON of a request that must succeed."""
    response = post(made, handler, data)
    assert response.status_int == 200, response.text
    return dict(response.json)


def extra(html: str, handler: str, /) -> dict[str, Any]:
    """What the page's form for `handler` sends along: decision, nonce, number."""
    found = re.search(rf'data-handler="{handler}" data-extra="([^"]*)"', html)
    assert found, html
    return dict(json.loads(found[1].replace("&quot;", '"')))


def through_olx(made: Any, /) -> Any:
    """The block as it is after an export to OLX and an import elsewhere."""
    node = etree.Element("unknown")
    made.add_xml_to_node(node)
    text = etree.tostring(node, encoding="unicode")
    runtime = RecordingRuntime(made.scope_ids.user_id, [])
    where = ScopeIds(made.scope_ids.user_id, made.scope_ids.block_type, "again.block.d0", "again.block.d0.u0")
    return type(made).parse_xml(etree.fromstring(text), runtime, where)


def _page_tree(html: str) -> Any:
    return lxml_html.fromstring(html)


def repeated_ids(html: str, /) -> list[str]:
    """Ids that a page holds more than once."""
    counts = Counter(_page_tree(html).xpath("//@id"))
    return [name for name, count in counts.items() if count > 1]


def dangling_references(html: str, /) -> list[str]:
    """Names in ``for``, ``aria-*`` and ``href="#…"`` that no element of the page has."""
    tree = _page_tree(html)
    known = set(tree.xpath("//@id"))
    named = [name for each in tree.xpath("//@aria-labelledby | //@aria-describedby | //@for") for name in each.split()]
    named += [each[1:] for each in tree.xpath("//@href") if each.startswith("#")]
    return [name for name in named if name not in known]


class Overdue(XBlock):
    """The fields that the platform lends to every block: when it is due, and what may be shown after."""

    due = DateTime(scope=Scope.settings, default=None)
    graceperiod = Timedelta(scope=Scope.settings, default=None)
    show_correctness = String(scope=Scope.settings, default="always")

    @classmethod
    def of(cls, block_class: type[Any], /) -> type[Any]:
        """`block_class` as it is on the platform, where these fields are mixed in."""
        return type(f"Overdue{block_class.__name__}", (block_class, cls), {})
