"""Studio: choosing a library case and setting the few things an author sets, with the error beside its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.validation import Validation, ValidationMessage

from dgxblock.block import answers, host
from dgxblock.block.authors import check_author
from dgxblock.block.http import ApiError, large_handler
from dgxblock.content.library import LibraryError
from dgxblock.content.read import ContentError
from dgxblock.i18n import gettext as _
from dgxblock.pages.render import render

__all__ = ["Setting", "Studio", "mode_label"]


_NUMBER: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of the form, or one of some `options`. `low` and `high` are inclusive; an empty box means the
    document's own value."""

    name: str
    low: float = 0
    high: float = 0
    whole: bool = True
    options: tuple[str, ...] = ()

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """The options with their words."""
        return [(option, option_label(self.name, option)) for option in self.options]

    def parse(self, raw: object, /) -> float | int | str | None:
        """The number or option, or None for an empty box.

        Raises:
            ValueError: not a number, out of range, or no option.
        """
        text = "" if raw is None else str(raw).strip()
        if not text:
            return None
        if self.options:
            if text not in self.options:
                raise ValueError(text)
            return text
        if isinstance(raw, bool) or not _NUMBER.fullmatch(text):
            raise ValueError(text)
        value = int(text) if self.whole else float(text)
        if not self.low <= value <= self.high:
            raise ValueError(text)
        return value


def setting_words(name: str) -> tuple[str, str]:
    """Label and hint of a setting."""
    return {
        "weight": (_("Weight in the grade"), _("Points in the gradebook, 0 to 100. Empty: 1.")),
        "max_attempts": (_("Tries"), _("How often a trainee may hand in, 1 to 10. Empty: as the content says.")),
        "pass_mark": (_("Pass mark"), _("Out of 100. Empty: as the content says.")),
        "exam_mode": (
            _("How it is sat"),
            _("Practice does not count; an exam keeps right and wrong to itself until the last try."),
        ),
        "counts": (_("Which try counts"), _("Empty: as the content says.")),
        "time_limit": (_("Time limit"), _("Minutes, 1 to 600, enforced by the server. Empty: as the content says.")),
        "mode": (_("Mode"), _("In practice, trainees may take new data and do it again as often as they like.")),
    }[name]


def mode_label(mode: str, /) -> str:
    """A mode in words."""
    return {"graded": _("Counts: the data stay the same"), "practice": _("Practice: new data on demand")}[mode]


def option_label(setting: str, option: str, /) -> str:
    """An option of a setting in words."""
    if setting == "mode":
        return mode_label(option)
    return {
        "practice": _("Practice: as often as one likes, counts for nothing"),
        "graded": _("Graded: counts, with feedback after each try"),
        "exam": _("Exam: counts, right and wrong are told at the end"),
        "best": _("The best"),
        "last": _("The last"),
        "average": _("The average of all"),
    }[option]


def _range_message(setting: Setting) -> str:
    if setting.options:
        return _("Please choose one of the list, or leave it as the content says.")
    if setting.whole:
        return _(
            "Please write a whole number from %(low)g to %(high)g, or leave it empty.",
            low=setting.low,
            high=setting.high,
        )
    return _("Please write a number from %(low)g to %(high)g, or leave it empty.", low=setting.low, high=setting.high)


class Studio(XBlock):
    """The author's side of a block. Subclasses name their `settings` and the kind of document."""

    settings: ClassVar[tuple[Setting, ...]] = ()

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        del context
        fragment = Fragment(render("studio.html", self._form()))
        for sheet in ("public/dgx.css", "public/dgx-desk.css"):
            fragment.add_css_url(self.runtime.local_resource_url(self, sheet))
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/studio.js"))
        fragment.initialize_js("DgxStudio")
        return fragment

    def _form(self) -> dict[str, Any]:
        return {
            "block": self,
            "kind": self.kind,
            "choices": library_choices(self.kind),
            "settings": [
                (setting, self._written(setting.name), *setting_words(setting.name)) for setting in self.settings
            ],
            "chosen": self.library_ref,
            "findings": self.findings(),
            "bank": (bank := self.bank_form()),
            "links": self.bank_links() if bank else {},
        }

    def bank_form(self) -> dict[str, Any] | None:
        """What the form needs to bring questions in, None where a block has none (`banking.Banking` has)."""
        return None

    def bank_links(self) -> dict[str, str]:
        """Addresses of the files to take out."""
        return {}

    def with_bank(self, document: str, raw: object, /) -> str:
        """The document with the questions of a file; `raw` is what the form says of that.

        Raises:
            ApiError: this block has no questions.
        """
        del document, raw
        raise answers.malformed()

    def _written(self, name: str) -> str:
        """What the author wrote, empty when the document's own value holds."""
        if not self.fields[name].is_set_on(self):
            return ""
        written = getattr(self, name)
        return written if isinstance(written, str) else f"{written:g}"

    @large_handler(check_author)
    def studio_save(self, data: dict[str, Any]) -> dict[str, Any]:
        """Check every field first, then store all of them: half a save would be worse than none."""
        answers.known_keys(data, ("display_name", "library", "bank", *(setting.name for setting in self.settings)))
        errors: dict[str, str] = {}
        values: dict[str, Any] = {}
        name: object = data.get("display_name", str(getattr(self, "display_name", "")))
        if not isinstance(name, str) or len(name.strip()) > 120 or any(ord(c) < 32 for c in name):
            errors["display_name"] = _("Please keep the title to one line of at most 120 characters.")
        else:
            values["display_name"] = name.strip()
        for setting in self.settings:
            if setting.name not in data:
                continue  # what the request does not name stays as it is
            try:
                values[setting.name] = setting.parse(data[setting.name])
            except (ValueError, OverflowError):
                errors[setting.name] = _range_message(setting)
        document = self._chosen_document(data.get("library", ""), errors)
        extended = self._extended(document, data.get("bank"), errors)
        if errors:
            raise ApiError(
                400, "invalid", _("Not saved yet. Please look at the marked fields; what you typed is still here."),
                fields=errors,
            )  # fmt: skip
        for field, value in values.items():
            if value is None:
                self.fields[field].delete_from(self)
            else:
                setattr(self, field, value)
        if extended is not None:
            self.document = extended
        if document is not None:
            self.library_ref = data["library"]
            if not values["display_name"]:
                self.display_name = self.default_title()
        return {"saved": True, "display_name": self.display_name}

    def _extended(self, chosen: str | None, raw: object, errors: dict[str, str]) -> str | None:
        """The document to store: the chosen one, or what the block holds, with the questions that the form brings; None
        if neither changes anything."""
        if raw is None or errors:
            return chosen
        try:
            return self.with_bank(str(self.document) if chosen is None else chosen, raw)
        except ApiError as refusal:
            if refusal.code != "bank":
                raise
            errors["bank"] = refusal.message
            return None

    def _chosen_document(self, choice: object, errors: dict[str, str]) -> str | None:
        """The document of a newly chosen library case; None keeps what the block holds."""
        if choice in ("", self.library_ref):
            return None
        if not isinstance(choice, str) or choice not in {ref for ref, *_rest in library_choices(self.kind)}:
            errors["library"] = _(
                "The library has no such content. The component keeps what it had; please choose from the list."
            )
            return None
        ref, _hash, name = choice.partition("#")
        try:
            return str(host.library().document(ref, self.kind, name or None))
        except (LibraryError, ContentError):
            errors["library"] = _("This case could not be read from the library. The component keeps what it had.")
            return None

    def default_title(self) -> str:
        content = self.content()
        return content.title.plain("zh-CN").replace("\n", " ") if content is not None else ""

    # -- what an author sees on the unit page ----------------------------------------------------------------------

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        del context
        fragment = Fragment(self.author_html())
        fragment.add_css_url(self.runtime.local_resource_url(self, "public/dgx.css"))
        return fragment

    def author_html(self) -> str:
        """What the block holds, and what keeps it from working."""
        findings = self.findings()
        summary = [] if findings else self.summary()
        return render("author.html", {"block": self, "summary": summary, "findings": findings})

    def summary(self) -> list[tuple[str, str]]:
        """Pairs of label and value for the author's page; each block has its own."""
        return []

    def findings(self) -> list[str]:
        """Sentences about what keeps the block from working, empty when all is well."""
        try:
            return (
                [] if self.content() is not None else [_("No content chosen yet: edit the component and pick a case.")]
            )
        except ContentError as error:
            return [str(finding) for finding in error.findings[:5]] or [getattr(error, "sentence", "")]

    def validate(self) -> Validation:
        validation = Validation(self.scope_ids.usage_id)
        for sentence in self.findings():
            validation.add(ValidationMessage(ValidationMessage.WARNING, sentence))
        return validation


def library_choices(kind: str) -> list[tuple[str, Any, str]]:
    """Documents of a kind in the library: reference (``dg-c1-smt@1`` or ``dg-c1-smt@1#oee``), entry, name."""
    found: list[tuple[str, Any, str]] = []
    for entry in host.library().list():
        documents = entry.documents.get(kind)
        if not documents:
            continue
        if isinstance(documents, Mapping):
            found += [(f"{entry.ref}#{name}", entry, name) for name in documents]
        else:
            found.append((entry.ref, entry, ""))
    return found
