"""The certificate: what is still to do, whose name goes on it, and where the result is on its way to the registry."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from dgxblock.block import certification_page, dossier_page, host
from dgxblock.block.base import DgxBlock, not_installed
from dgxblock.block.http import ApiError, api_handler
from dgxblock.i18n import gettext as _
from dgxblock.pages.render import render

__all__ = ["CertificationXBlock"]


class CertificationXBlock(DgxBlock):
    """Entry point ``dgx_certification``. Holds no document and no score: everything is read from the registry app."""

    kind: ClassVar[str] = ""

    # -- pages -----------------------------------------------------------------------------------------------------

    def learner_html(self, *, changed: str = "", reveal: bool = False) -> str:
        """`changed` names what a handler just did, so that the page can say so; `reveal` shows the whole number."""
        registry = host.registry()
        if registry is None:
            return render("missing.html", {"sentence": not_installed(), "preview": ""})
        learner, course = self.learner(), self.course()
        status = registry.status(learner, course)
        if status is None:
            return render("certification_none.html", {"title": self.title()})
        form = registry.identity_form(learner, course) if certification_page.needs_form(status) else None
        page = certification_page.build(
            status, form, uid=self.uid(), changed=changed, reveal=reveal, address=self.address
        )  # fmt: skip
        dossier = dossier_page.build(status, registry.dossier(learner, course)) if status.scheme.dossier else None
        context = {"page": page, "uid": self.uid(), "status": status, "dossier": dossier}
        return render("certification.html", context)

    def title(self) -> str:
        return str(self.display_name or _("Certificate"))

    def default_title(self) -> str:
        return ""

    # -- handlers --------------------------------------------------------------------------------------------------

    @api_handler
    def save_identity(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"name", "id_type", "id_no", "phone", "enterprise", "consent", "action"}`` → ``{"html"}``."""
        registry, learner, course = self._open()
        errors = registry.save_identity(learner, course, data)
        if errors:
            sentence = errors.pop("form", "") or _("Not saved yet. Please look at the marked fields; the rest is kept.")
            raise ApiError(400, "invalid", sentence, fields=errors)
        return {"html": self.learner_html(changed="saved")}

    @api_handler
    def hand_in(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"title-1", "url-1", "text-1", …}`` → ``{"html"}``: hand in the dossier, or hand it in again."""
        registry, learner, course = self._open()
        errors = registry.submit_dossier(learner, course, dossier_page.pieces(data))
        if errors:
            sentence = errors.pop("form", "") or _("Not handed in yet. What you wrote is kept.")
            raise ApiError(400, "invalid", sentence, fields=errors)
        return {"html": self.learner_html(changed="handed-in")}

    @api_handler
    def withdraw(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{}`` → ``{"html"}``. A second time changes nothing and answers alike."""
        del data
        registry, learner, course = self._open()
        registry.withdraw_consent(learner, course)
        return {"html": self.learner_html(changed="withdrawn")}

    @api_handler
    def reveal_number(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{}`` → ``{"html"}`` with the whole certificate number, for its owner."""
        del data
        registry, learner, course = self._open()
        status = registry.status(learner, course)
        if status.certificate is None:
            raise ApiError(409, "no-certificate", _("There is no certificate yet, so there is no number to show."))
        return {"html": self.learner_html(reveal=True)}

    @api_handler
    def refresh(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"state"}`` → ``{"state"}``, with ``{"html"}`` too when the page has something new."""
        registry, learner, course = self._open()
        state = certification_page.fingerprint(registry.status(learner, course))
        return {"state": state} if data.get("state") == state else {"state": state, "html": self.learner_html()}

    def _open(self) -> tuple[ModuleType, str, str]:
        """The registry app, the learner and the course.

        Raises:
            ApiError: the app is missing, nobody is logged in, not enrolled, or the course leads to no certificate.
        """
        registry = host.registry()
        if registry is None:
            raise ApiError(503, "not-installed", not_installed())
        self.check_enrolled()
        learner, course = self.learner(), self.course()
        if registry.scheme(course) is None:
            raise ApiError(409, "no-scheme", _("This course does not lead to a certificate. Nothing was stored."))
        return registry, learner, course

    # -- authors ---------------------------------------------------------------------------------------------------

    def findings(self) -> list[str]:
        """Whether the course has a scheme, and delivery what it needs."""
        registry = host.registry()
        if registry is None:
            return [not_installed()]
        if registry.scheme(self.course()) is None:
            return [
                _("This course has no certification scheme, so trainees read that there is no certificate. "
                  "An operator adds a scheme for %(course)s in Django's administration.", course=self.course())
            ]  # fmt: skip
        return list(registry.missing_settings())

    def summary(self) -> list[tuple[str, str]]:
        registry = host.registry()
        scheme = registry.scheme(self.course()) if registry else None
        if scheme is None:
            return []
        return [
            (_("Certificate"), str(scheme.credential)),
            (_("Registry"), str(scheme.recipient)),
            (_("Requirements"), str(len(scheme.needed))),
        ]
