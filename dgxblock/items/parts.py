"""What questions that consist of parts share: the words about a part, and how many parts are right."""

from __future__ import annotations

from dgxblock.content.model import Span, Text
from dgxblock.grading import Mark, Verdict, words
from dgxblock.grading.parts import right
from dgxblock.i18n import gettext as _

__all__ = ["colon", "count", "hint", "named", "tone"]


def tone(mark: Mark | None, /) -> str:
    """The class of a part that was marked."""
    if mark is None or mark.verdict in (Verdict.UNREAD, Verdict.BLANK, Verdict.WAITING):
        return ""
    return "dgx-ok" if mark.verdict is Verdict.RIGHT else "dgx-part"


def count(mark: Mark, lang: str, /) -> str:
    """How many parts are right, where that says more than the verdict; else empty."""
    done = right(mark)
    if mark.verdict is not Verdict.PARTLY or not done:
        return ""
    return _("%(right)s of %(total)s right", language=lang, right=done, total=len(mark.parts))


def hint(mark: Mark, /) -> Text | None:
    """What grading itself says of a part, in both languages."""
    if not words.hint(mark, language="en"):
        return None
    chinese, english = (Span("text", words.hint(mark, language=lang)) for lang in ("zh-CN", "en"))
    return Text((chinese,), (english,))


def colon(lang: str, /) -> str:
    """What stands between the name of a part and what is said of it."""
    return "：" if lang == "zh-CN" else ": "


def named(label: Text, said: Text, /) -> Text:
    """What is said of a part, with its label first."""
    return Text(
        (Span("em", spans=(*label.zh, Span("text", "："))), *said.zh),
        (Span("em", spans=(*label.en, Span("text", ":"))), Span("text", " "), *said.en),
    )
