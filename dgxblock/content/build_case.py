"""From elements to a case."""

from __future__ import annotations

from datetime import date

from lxml import etree

from dgxblock.content import model
from dgxblock.content.build_text import (
    Formats,
    attribute,
    columns,
    dataset,
    decimal,
    formats_of,
    ids,
    maybe,
    named,
    objectives,
    only,
    text,
    texts,
)
from dgxblock.content.safe import children, local
from dgxblock.content.spacing import line, sql


def case(root: etree._Element, /) -> model.Case:
    """The case that a checked tree holds."""
    data = dataset(only(root, "dataset"))
    formats = formats_of(data)
    opening = only(root, "opening")
    return model.Case(
        id=attribute(root, "id"),
        version=int(attribute(root, "version")),
        composite=root.get("kind") == "composite",
        status=attribute(root, "status"),
        meta=_meta(only(root, "meta"), formats),
        disclosure=text(only(root, "disclosure"), formats),
        objectives=objectives(root, formats),
        dataset=data,
        opening=model.Opening(
            text(only(opening, "title"), formats),
            texts(opening, formats),
            date.fromisoformat(attribute(opening, "decisionBy").strip()),
            attribute(opening, "protagonist"),
        ),
        sections=tuple(_section(each, formats) for each in named(root, "section")),
        exhibits=tuple(_exhibit(each, formats) for each in named(only(root, "exhibits"), "exhibit")),
        decisions=_decisions(only(root, "decisions"), formats),
        reflection=tuple(
            model.Prompt(attribute(each, "id"), text(each, formats))
            for each in named(only(root, "reflection"), "prompt")
        ),
        epilogue=texts(only(root, "epilogue"), formats),
        teaching_note=tuple(
            model.Part(attribute(each, "role"), texts(each, formats))
            for each in named(only(root, "teachingNote"), "part")
        ),
        sources=tuple(_source(each) for each in named(only(root, "sources"), "source")),
    )


def _meta(meta: etree._Element, formats: Formats) -> model.Meta:
    sector, region = only(meta, "sector"), only(meta, "region")
    workload, licence = only(meta, "workload"), only(meta, "licence")
    size, maturity = next(iter(named(meta, "size")), None), next(iter(named(meta, "maturity")), None)
    return model.Meta(
        title=text(only(meta, "title"), formats),
        lead=text(only(meta, "lead"), formats),
        eyebrow=maybe(meta, "eyebrow", formats),
        sector_code=attribute(sector, "code"),
        sector=text(sector, formats),
        size=None if size is None else _size(size),
        region_code=attribute(region, "code"),
        region=text(region, formats),
        stage=line(only(meta, "stage")),  # type: ignore[arg-type]  # the schema has closed the list
        maturity=None if maturity is None else (int(attribute(maturity, "before")), int(attribute(maturity, "after"))),
        scenes=tuple(
            (attribute(each, "code"), int(attribute(each, "before")), int(attribute(each, "after")))
            for each in ([] if maturity is None else named(maturity, "scene"))
        ),
        technologies=tuple(line(each) for each in named(meta, "technology")),
        read_minutes=int(attribute(workload, "readMinutes")),
        lab_minutes=int(attribute(workload, "labMinutes")),
        level=attribute(workload, "level"),
        contributors=tuple((attribute(each, "role"), line(each)) for each in named(meta, "contributor")),
        text_licence=attribute(licence, "text"),
        data_licence=attribute(licence, "data"),
        date=date.fromisoformat(line(only(meta, "date"))),
    )


def _size(size: etree._Element) -> model.Size:
    return model.Size(
        attribute(size, "class"),
        int(attribute(size, "employees")),
        float(attribute(size, "revenueWanYuan")),
    )


def _section(section: etree._Element, formats: Formats) -> model.Section:
    return model.Section(
        attribute(section, "id"),
        attribute(section, "role"),
        text(only(section, "title"), formats),
        tuple(_block(each, formats) for each in named(section, "p", "exhibit", "aside")),
        ids(section, "objectives"),
    )


def _block(block: etree._Element, formats: Formats) -> model.Paragraph | model.ExhibitRef | model.Aside:
    if local(block) == "p":
        return model.Paragraph(text(block, formats))
    if local(block) == "exhibit":
        return model.ExhibitRef(attribute(block, "ref"))
    return model.Aside(text(only(block, "title"), formats), texts(block, formats), maybe(block, "note", formats))


def _exhibit(exhibit: etree._Element, formats: Formats) -> model.Exhibit:
    body = children(exhibit)[-1]
    title, note = text(only(exhibit, "title"), formats), text(only(exhibit, "note"), formats)
    name, basis, sources = attribute(exhibit, "id"), attribute(exhibit, "basis"), ids(exhibit, "src")
    if local(body) == "table":
        heads = tuple(model.TableColumn(text(each, formats), each.get("align") == "n") for each in named(body, "col"))
        rows = tuple(tuple(text(cell, formats) for cell in named(row, "c")) for row in named(body, "row"))
        return model.TableExhibit(name, basis, sources, title, note, heads, rows)
    target = body.get("target")
    return model.ChartExhibit(
        name,
        basis,
        sources,
        title,
        note,
        chart=attribute(body, "kind"),
        query=sql(only(body, "query")),
        columns=columns(body, formats),
        alt=text(only(body, "alt"), formats),
        target=float(target) if target else None,
        unit=attribute(body, "unit"),
    )


def _decisions(decisions: etree._Element, formats: Formats) -> model.Decisions:
    return model.Decisions(
        attribute(decisions, "start"),
        tuple(_state(each, formats) for each in named(decisions, "state")),
        tuple(
            model.Decision(
                attribute(each, "id"),
                text(only(each, "prompt"), formats),
                tuple(_option(option, formats) for option in named(each, "option")),
                ids(each, "evidence"),
            )
            for each in named(decisions, "decision")
        ),
    )


def _state(state: etree._Element, formats: Formats) -> model.StateVar:
    start = state.get("start")
    return model.StateVar(
        attribute(state, "name"),
        attribute(state, "format"),
        text(state, formats),
        None if start is None else float(start),
        attribute(state, "startRef"),
        decimal(state, "min"),
        decimal(state, "max"),
    )


def _option(option: etree._Element, formats: Formats) -> model.Option:
    consequence = only(option, "consequence")
    return model.Option(
        attribute(option, "id"),
        attribute(option, "verdict"),
        option.get("next"),
        text(only(option, "label"), formats),
        text(only(option, "detail"), formats),
        text(only(option, "path"), formats),
        model.Consequence(text(only(consequence, "title"), formats), texts(consequence, formats)),
        texts(only(option, "why"), formats),
        tuple(_effect(each) for each in named(option, "effect")),
    )


def _effect(effect: etree._Element) -> model.Effect:
    state = attribute(effect, "state")
    if (ref := effect.get("setRef")) is not None:
        return model.Effect(state, "setRef", ref=ref)
    if (amount := effect.get("set")) is not None:
        return model.Effect(state, "set", float(amount))
    return model.Effect(state, "add", float(attribute(effect, "add")))


def _source(source: etree._Element) -> model.Source:
    return model.Source(
        attribute(source, "id"),
        attribute(source, "type"),
        date.fromisoformat(attribute(source, "accessed").strip()),
        attribute(source, "published"),
        attribute(source, "verified"),
        line(only(source, "title")),
        line(only(source, "publisher")),
        line(only(source, "url")),
    )
