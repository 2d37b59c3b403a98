"""Every document of the library, as a learner first meets it: it is shown, and it gives nothing away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from django.utils import translation
from lxml import html as lxml_html

from dgxblock import lab
from dgxblock.assessment import AssessmentXBlock
from dgxblock.block import host
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.content import read
from dgxblock.content.model import Case, ChoiceItem, ClassifyItem, DecideItem, Item, MatchItem, OrderItem, Text
from dgxblock.exercise import ExerciseXBlock
from tests.builders import blocks

pytestmark = pytest.mark.django_db

BLOCKS = {"case": CaseStudyXBlock, "exercise": ExerciseXBlock, "assessment": AssessmentXBlock}
TOO_SHORT = 8
"""Characters below which a text may stand elsewhere on the page by chance."""


def library() -> Iterator[Any]:
    for entry in host.library().list():
        for kind, held in entry.documents.items():
            names: list[str | None] = [*held] if isinstance(held, Mapping) else [None]
            for name in names:
                for language in ("zh-hans", "en"):
                    yield pytest.param(
                        kind, entry.ref, name, language, id=f"{entry.ref} {kind} {name or ''} {language}"
                    )


def of_items(items: Iterable[Item]) -> Iterator[Text]:
    for item in items:
        yield item.rationale
        yield from (each.feedback for each in item.misconceptions)
        if isinstance(item, ChoiceItem):
            yield from (each.feedback for each in item.choices if each.feedback)
        if isinstance(item, OrderItem):
            yield from (each.feedback for each in item.steps if each.feedback)
        if isinstance(item, MatchItem | ClassifyItem):
            for thing in item.things:
                yield from (text for text in (thing.feedback, *(each.feedback for each in thing.wrong)) if text)
        if isinstance(item, DecideItem):
            yield from (paragraph for each in item.options for paragraph in each.consequence)


def of_case(case: Case) -> Iterator[Text]:
    for decision in case.decisions.decisions:
        if decision.id != case.decisions.start:
            yield decision.prompt
        for option in decision.options:
            yield option.path
            yield from (*option.consequence.paragraphs, *option.why)
    yield from case.epilogue
    for part in case.teaching_note:
        yield from part.paragraphs


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("kind", "ref", "name", "language"), library())
def test_a_document_of_the_library_is_shown_and_gives_nothing_away(
    kind: str, ref: str, name: str | None, language: str
) -> None:
    source = host.library().document(ref, kind, name)
    document = read.parse(source)
    made = blocks.block(BLOCKS[kind], source)
    lang = "zh-CN" if language == "zh-hans" else "en"
    with translation.override(language):
        html = blocks.inner(made)
        if kind == "assessment":
            html = blocks.answer(made, "begin", {"number": 1, "confirm": True})["html"]
    place = made.place()
    if isinstance(document, Case):
        seed, secrets = document.dataset.seed, list(of_case(document))
    else:
        number = ["1"] if kind == "assessment" else []
        seed = lab.seed(host.site_secret(), place.course_key, place.usage_key, place.learner_id, *number)
        secrets = list(of_items(document.items))
    values = lab.build(document.dataset, seed).values
    page = squeezed(str(lxml_html.fromstring(html).xpath("string()")))
    assert squeezed(document.title.plain(lang, values)) in page
    texts = [squeezed(secret.plain(lang, values)) for secret in secrets]
    assert texts and not [text for text in texts if len(text) >= TOO_SHORT and text in page]
    assert "…" not in page.replace("Saving…", "").replace("……", ""), "a figure that nobody computed"
    assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []
