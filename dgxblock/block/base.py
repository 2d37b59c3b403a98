"""The class that the four blocks build on."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any, ClassVar, Final
from urllib.parse import quote

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Scope, String

from dgxblock.block import host
from dgxblock.block.http import ApiError
from dgxblock.block.olx import DocumentOlx
from dgxblock.block.scenarios import Scenarios
from dgxblock.block.studio import Studio
from dgxblock.content import model, read, write
from dgxblock.formats import one_line
from dgxblock.i18n import gettext as _
from dgxblock.i18n import normalise
from dgxblock.pages.render import render
from dgxblock.secrets import MissingSecret

__all__ = ["DgxBlock"]

log = logging.getLogger(__name__)
VERSION: Final = "1"


@lru_cache(maxsize=64)
def _read(document: str) -> model.Document | read.ContentError:
    try:
        return read.parse(document)
    except read.ContentError as error:
        return error  # a document that does not hold is as dear to read as one that does


def parsed(document: str) -> model.Document:
    """The typed document, read once per process.

    Raises:
        ContentError: the author's XML does not hold.
    """
    found = _read(document)
    if isinstance(found, read.ContentError):
        raise found
    return found


_clean = lru_cache(maxsize=64)(String()._sanitize)


class Document(String):
    """A long text. XBlock searches a text for forbidden characters whenever it is read, several times a request; this
    one remembers what it has searched."""

    def _sanitize(self, value: Any) -> Any:
        return _clean(value)


def uid_of(usage_key: str, /) -> str:
    """What the ids on a block's page begin with."""
    return "d" + hashlib.sha256(usage_key.encode()).hexdigest()[:8]


class WrongKind(read.ContentError):
    """The document is sound but belongs into another component."""

    def __init__(self) -> None:
        super().__init__([])

    @property
    def sentence(self) -> str:
        """What an author reads."""
        return _("The content here belongs into another kind of component. Please choose again from the library.")


@XBlock.wants("user", "i18n")
class DgxBlock(DocumentOlx, Scenarios, Studio, XBlock):
    """Fields, learner identity, rendering and Studio for a block that shows one content document."""

    # Only this folder can be published by the platform's collectstatic, and everything in it is (decision 0005).
    resources_dir = "static"
    show_in_read_only_mode = True
    has_author_view = True

    kind: ClassVar[str] = ""
    """Which document of a library case the block shows: ``case``, ``exercise``, ``assessment``."""

    display_name = String(scope=Scope.settings, default="", help="Shown in the course outline.")
    document = Document(scope=Scope.content, default="", help="The content, as XML.")
    library_ref = String(scope=Scope.content, default="", help="Where the document came from, such as dg-c1-smt@1.")

    # -- who and where -------------------------------------------------------------------------------------------

    def learner(self) -> str:
        """The learner's id, from the scope: the user service may belong to somebody else (platform, section 2.5).

        Raises:
            ApiError: nobody is logged in, or this is Studio's preview.
        """
        user_id = self.scope_ids.user_id
        if user_id is None or getattr(self.runtime, "is_author_mode", False):
            raise ApiError(403, "nobody", _("Please log in as a learner first. Nothing was changed."))
        return str(user_id)

    def course(self) -> str:
        key = getattr(self.scope_ids.usage_id, "context_key", None) or getattr(self.runtime, "dgx_course_key", None)
        return str(key or "workbench")

    def place(self) -> Any:
        """The `ledger.api.Place` of this learner at this block.

        Raises:
            ApiError: as `learner` and `ledger`.
        """
        return self.ledger().Place(self.learner(), self.course(), str(self.scope_ids.usage_id))

    def uid(self) -> str:
        """A short prefix for the page's element ids, one per block."""
        return uid_of(str(self.scope_ids.usage_id))

    def address(self, usage_key: str) -> str:
        """The page of another block of this course; empty where the host has none to offer."""
        own = getattr(self.runtime, "dgx_unit_url", None)
        if own is not None:
            return str(own(usage_key) or "")
        course = getattr(self.scope_ids.usage_id, "context_key", None)
        return f"/courses/{quote(str(course))}/jump_to/{quote(usage_key)}" if course else ""

    def ledger(self) -> ModuleType:
        """The ledger's API.

        Raises:
            ApiError: the host has not installed the app.
        """
        api = host.ledger()
        if api is None:
            raise ApiError(503, "not-installed", not_installed())
        return api

    def check_enrolled(self) -> None:
        """The platform lets anybody who may see the block call its handlers.

        Raises:
            ApiError: the learner is not enrolled, or somebody of the staff only looks as if they were this learner.
        """
        if host.masquerading(self):
            raise ApiError(403, "masquerade", _("You are looking at this as a trainee, so nothing was recorded."))
        if not host.enrolled(self.learner(), self.course()):
            raise ApiError(403, "not-enrolled", _("You are not enrolled in this course, so nothing was recorded."))

    # -- content -------------------------------------------------------------------------------------------------

    def content(self) -> Any:
        """The typed document, or None while the author has not chosen one.

        Raises:
            ContentError: the document does not hold, or is not of the kind that this block shows.
        """
        if not self.document.strip():
            return None
        document = parsed(self.document)
        if document.kind != self.kind:
            raise WrongKind
        return document

    def required(self) -> Any:
        """The typed document, for a handler.

        Raises:
            ApiError: there is none, or it does not hold.
        """
        try:
            content = self.content()
        except read.ContentError:
            content = None
        if content is None:
            raise ApiError(409, "no-content", _("The instructor is still preparing this. Nothing was changed."))
        return content

    def revision(self) -> str:
        return write.revision(self.document)

    # -- views ---------------------------------------------------------------------------------------------------

    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Never raises: on the platform one failing block takes the whole unit down with it."""
        del context
        return self._fragment(self._safe_html())

    def _safe_html(self) -> str:
        try:
            if host.ledger() is None:
                return render("missing.html", {"sentence": not_installed(), "preview": self.bare_html()})
            if self.scope_ids.user_id is None:
                return render("anonymous.html", {"title": self.title()})
            if getattr(self.runtime, "is_author_mode", False):  # Studio's preview: its user is no learner
                return self.author_html()
            return self.learner_html()
        except MissingSecret as missing:
            return render("missing.html", {"sentence": missing_secret(missing.reference)})
        except Exception:
            log.exception("dgxblock %s could not be shown", self.scope_ids.usage_id)
            return render("failed.html", {"title": self.display_name})

    def learner_html(self) -> str:
        """The learner's page; each block has its own."""
        raise NotImplementedError

    def bare_html(self) -> str:
        """What can be shown without our Django apps."""
        return ""

    def title(self) -> str:
        """The author's title, else that of the content in the reader's language."""
        if self.display_name:
            return str(self.display_name)
        try:
            content = self.content()
        except read.ContentError:
            content = None
        lang = self.language()
        return one_line(content.title.plain(lang), lang) if content is not None else _("Untitled")

    def _fragment(self, html: str) -> Fragment:
        fragment = Fragment(html)
        fragment.add_css_url(self.runtime.local_resource_url(self, "public/dgx.css"))
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/dgx.js"))
        fragment.initialize_js("DgxBlock", {"owner": self.owner()})
        return fragment

    def owner(self) -> str:
        """Names this learner's drafts in the browser's store; says nothing about who they are."""
        try:
            key = host.site_secret()
        except MissingSecret:
            return ""
        who = f"{self.scope_ids.user_id}\0{self.scope_ids.usage_id}"
        return hmac.new(key, who.encode(), hashlib.sha256).hexdigest()[:16]

    def language(self) -> str:
        from dgxblock.i18n import current_language

        return normalise(current_language())

    # -- what the platform calls unbound, for everybody: no user, no secret, no exception --------------------------

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        del context
        return {"display_name": self.display_name, "kind": self.kind}

    def index_dictionary(self) -> dict[str, Any]:
        """What course search may show: the title, never a question or a key."""
        return {"content": {"display_name": self.display_name}, "content_type": "dgxblock"}


def missing_secret(reference: str) -> str:
    return _(
        "A key of this site is missing: nothing was found at %(reference)s. Please ask the operator to set it "
        "(DGXBLOCK in the settings); what was saved before is kept.", reference=reference
    )  # fmt: skip


def not_installed() -> str:
    return _(
        "This site has the dgxblock components but not its Django apps, so nothing can be recorded here. "
        "Add dgxblock.ledger and dgxblock.registry to INSTALLED_APPS (on Open edX: reinstall the dgxblock package), "
        "run migrate, and reload this page."
    )
