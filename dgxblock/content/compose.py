"""Write the frozen model as a document: what `read` reads, the other way.

The model holds what a document says, not how: comments, and whether a figure's format stood with it or with its value,
are known to `dgxblock.content.write` only, which goes from document to document.
"""

from __future__ import annotations

from lxml import etree

from dgxblock.content import model
from dgxblock.content.compose_items import assessment, exercise
from dgxblock.content.compose_text import (
    both,
    cell,
    child,
    columns,
    dataset,
    mark,
    objectives,
    paragraphs,
    query,
    text,
)
from dgxblock.content.safe import NAMESPACE
from dgxblock.content.write import canonical

__all__ = ["compose"]


def compose(document: model.Document | model.Dataset, /) -> str:
    """The document in normal form, its data set in place; reading it gives an equal value."""
    kind = "dataset" if isinstance(document, model.Dataset) else document.kind
    root = etree.Element(f"{{{NAMESPACE}}}{kind}")
    if isinstance(document, model.Dataset):
        dataset(root, document)
    elif isinstance(document, model.Case):
        _case(root, document)
    elif isinstance(document, model.Exercise):
        exercise(root, document)
    else:
        assessment(root, document)
    return canonical(etree.tostring(root, encoding="unicode"))


def _case(root: etree._Element, case: model.Case) -> None:
    kind = "composite" if case.composite else "sourced"
    mark(root, id=case.id, version=case.version, kind=kind, status=case.status)
    _meta(child(root, "meta"), case.meta)
    text(root, "disclosure", case.disclosure)
    objectives(root, case.objectives)
    dataset(child(root, "dataset"), case.dataset)
    opening = child(root, "opening", decisionBy=case.opening.decision_by)
    opening.set("protagonist", case.opening.protagonist)
    text(opening, "title", case.opening.title)
    paragraphs(opening, case.opening.paragraphs)
    for section in case.sections:
        _section(root, section)
    exhibits = child(root, "exhibits")
    for exhibit in case.exhibits:
        _exhibit(exhibits, exhibit)
    _decisions(child(root, "decisions", start=case.decisions.start), case.decisions)
    reflection = child(root, "reflection")
    for prompt in case.reflection:
        text(reflection, "prompt", prompt.text, id=prompt.id)
    paragraphs(child(root, "epilogue"), case.epilogue)
    note = child(root, "teachingNote")
    for part in case.teaching_note:
        paragraphs(child(note, "part", role=part.role), part.paragraphs)
    sources = child(root, "sources")
    for source in case.sources:
        _source(sources, source)


def _meta(meta: etree._Element, said: model.Meta) -> None:
    text(meta, "title", said.title)
    text(meta, "lead", said.lead)
    text(meta, "eyebrow", said.eyebrow)
    text(meta, "sector", said.sector, scheme="GB/T 4754-2017", code=said.sector_code)
    if said.size is not None:
        size = child(meta, "size", scheme="MIIT-2011-300", class_=said.size.kind)
        mark(size, employees=said.size.employees, revenueWanYuan=said.size.revenue_wan_yuan)
    text(meta, "region", said.region, code=said.region_code)
    child(meta, "stage", said.stage)
    if said.maturity is not None:
        before, after = said.maturity
        maturity = child(meta, "maturity", scheme="MIIT-SME-2024", before=before, after=after)
        for code, before, after in said.scenes:
            child(maturity, "scene", code=code, before=before, after=after)
    for technology in said.technologies:
        child(meta, "technology", technology)
    child(meta, "workload", readMinutes=said.read_minutes, labMinutes=said.lab_minutes, level=said.level)
    for role, name in said.contributors:
        child(meta, "contributor", name).set("role", role)
    child(meta, "licence", text=said.text_licence, data=said.data_licence)
    child(meta, "date", said.date.isoformat())


def _section(root: etree._Element, section: model.Section) -> None:
    made = child(root, "section", id=section.id, role=section.role, objectives=section.objectives)
    text(made, "title", section.title)
    for block in section.blocks:
        if isinstance(block, model.Paragraph):
            text(made, "p", block.text)
        elif isinstance(block, model.ExhibitRef):
            child(made, "exhibit", ref=block.ref)
        else:
            aside = child(made, "aside")
            text(aside, "title", block.title)
            paragraphs(aside, block.paragraphs)
            text(aside, "note", block.note)


def _exhibit(parent: etree._Element, exhibit: model.Exhibit) -> None:
    made = child(parent, "exhibit", id=exhibit.id, basis=exhibit.basis, src=exhibit.sources)
    text(made, "title", exhibit.title)
    text(made, "note", exhibit.note)
    if isinstance(exhibit, model.TableExhibit):
        table = child(made, "table")
        for column in exhibit.columns:
            text(table, "col", column.text, align="n" if column.numeric else None)
        for row in exhibit.rows:
            holder = child(table, "row")
            for each in row:
                cell(holder, each)
    else:
        chart = child(made, "chart", kind=exhibit.chart, target=exhibit.target, unit=exhibit.unit)
        query(chart, "query", exhibit.query)
        columns(chart, exhibit.columns)
        text(chart, "alt", exhibit.alt)


def _decisions(parent: etree._Element, decisions: model.Decisions) -> None:
    for state in decisions.states:
        made = child(parent, "state", name=state.name, format=state.format, start=state.start, startRef=state.start_ref)
        mark(made, min=state.low, max=state.high)
        both(made, state.label)
    for decision in decisions.decisions:
        made = child(parent, "decision", id=decision.id, evidence=decision.evidence)
        text(made, "prompt", decision.prompt)
        for option in decision.options:
            _option(made, option)


def _option(parent: etree._Element, option: model.Option) -> None:
    made = child(parent, "option", id=option.id, verdict=option.verdict, next=option.next)
    text(made, "label", option.label)
    text(made, "detail", option.detail)
    text(made, "path", option.path)
    consequence = child(made, "consequence")
    text(consequence, "title", option.consequence.title)
    paragraphs(consequence, option.consequence.paragraphs)
    paragraphs(child(made, "why"), option.why)
    for effect in option.effects:
        amount = effect.ref if effect.kind == "setRef" else effect.amount
        child(made, "effect", state=effect.state, **{effect.kind: amount})


def _source(parent: etree._Element, source: model.Source) -> None:
    made = child(parent, "source", id=source.id, type=source.type, accessed=source.accessed, published=source.published)
    mark(made, verified=source.verified)
    child(made, "title", source.title)
    child(made, "publisher", source.publisher)
    child(made, "url", source.url)
