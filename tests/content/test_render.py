"""Texts as readers see them."""

from __future__ import annotations

import pytest

from dgxblock.content import read, render
from dgxblock.content.model import UNKNOWN, Case, Exercise, Span, Text, texts
from tests.builders.content import CASE, DOCUMENTS, EXERCISE, bi, whole


def _title(zh: str, en: str) -> Text:
    case = read.parse(whole(CASE).replace(bi("小案例", "A small case"), bi(zh, en)))
    assert isinstance(case, Case)
    return case.title


def test_marks_become_tags_and_figures_words() -> None:
    title = _title(
        '<em>良率</em><br/>还是<claim basis="synthetic"><var ref="oee"/></claim>',
        'Yield<br/>or <em><var ref="oee" format="dec2"/></em>',
    )
    assert render.html(title, "zh-CN", {"oee": 0.583}) == "<em>良率</em><br>还是58.3%"
    assert render.html(title, "en", {"oee": 0.583}) == "Yield<br>or <em>0.58</em>"
    assert title.plain("zh-CN", {"oee": 0.583}) == "良率\n还是58.3%"
    assert title.refs() == {"oee"}


def test_a_figure_that_nobody_computed_is_an_ellipsis() -> None:
    title = _title('<var ref="oee"/>', '<var ref="oee"/>')
    assert title.plain("en") == UNKNOWN == render.html(title, "en")


def test_a_figure_in_text_format_is_escaped() -> None:
    text = Text((), (Span("var", ref="name"),))
    assert render.html(text, "en", {"name": "<b>&"}) == "&lt;b&gt;&amp;"


def test_a_figure_takes_the_format_of_its_value_unless_it_says_its_own() -> None:
    title = _title('<var ref="oee"/><var ref="oee" format="percent0"/><var ref="planned"/>', "E")
    assert [span.format for span in title.zh] == ["percent1", "percent0", "int"]


def test_a_claim_remembers_what_it_rests_on() -> None:
    case = read.parse(whole(CASE))
    assert isinstance(case, Case)
    claims = [span for text in texts(case) for span in text.en if span.kind == "claim"]
    assert [(span.basis, span.sources) for span in claims] == [("sourced", ("S1",))]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_text_of_a_document_can_be_shown_in_both_languages(kind: str) -> None:
    document = read.parse(whole(DOCUMENTS[kind]))
    found = list(texts(document))
    assert len(found) > 20
    for text in found:
        for lang in ("zh-CN", "en"):
            assert render.html(text, lang, {"oee": 0.5, "planned": 660})


def test_the_model_holds_what_the_document_says() -> None:
    case, exercise = read.parse(whole(CASE)), read.parse(whole(EXERCISE))
    assert isinstance(case, Case)
    assert isinstance(exercise, Exercise)
    first, second = case.decisions.decisions
    assert (case.composite, case.decisions.start, first.evidence, first.option("a").next) == (
        True,
        "d1",
        ("e1", "e2"),
        "d2",
    )
    assert second.option("b").next is None
    assert [(each.kind, each.amount, each.ref) for each in first.option("a").effects] == [
        ("add", -18.0, ""),
        ("setRef", 0.0, "oee"),
    ]
    assert [block.kind for block in case.sections[0].blocks] == ["paragraph", "exhibit", "aside"]
    table, chart = case.exhibit("e1"), case.exhibit("e2")
    assert table.kind == "table"
    assert [[cell.plain("en", {"oee": 0.5}) for cell in row] for row in table.rows] == [
        ["Line 1", "18 s"],
        ["OEE", "50%"],
    ]
    assert [column.numeric for column in table.columns] == [False, True]
    assert chart.kind == "chart"
    assert (chart.chart, chart.target, chart.unit, chart.query) == (
        "run",
        100.0,
        "%",
        "SELECT day, stop FROM log WHERE stop < :planned",
    )
    number, follows, one, many, steps, pareto = exercise.items
    assert number.kind == "number"
    assert (number.tolerance.amount, number.tolerance.kind, number.units) == (0.5, "pp", ("%", "min"))
    assert [(each.note, each.ref) for each in number.misconceptions] == [("oee:planned-time", "planned")]
    assert follows.kind == "number"
    assert (follows.depends, follows.units, follows.tolerance.kind) == (("q-oee",), ("min",), "percent")
    assert one.kind == many.kind == "choice"
    assert (one.multiple, many.multiple) == (False, True)
    assert [each.correct for each in many.choices] == [True, True, False]
    assert steps.kind == pareto.kind == "order"
    assert [each.after for each in steps.steps] == [(), ("film",)]
    assert pareto.key == "SELECT 'x' UNION ALL SELECT 'y'"
    assert pareto.misconceptions[0].key == "SELECT 'y' UNION ALL SELECT 'x'"


def test_what_is_looked_up_by_name_is_found_or_missed_by_name() -> None:
    case = read.parse(whole(CASE))
    assert isinstance(case, Case)
    assert case.dataset.category("L1", "en") == "Line 1"
    assert case.dataset.category("L9", "en") == "L9"
    assert case.dataset.value("oee").unit == "%"
    for look in (
        case.dataset.value,
        case.dataset.table,
        case.exhibit,
        case.decisions.decision,
        case.decisions.decisions[0].option,
    ):
        with pytest.raises(KeyError):
            look("nothing")
