"""Every sentence that the checker can say: its code, how bad it is, and the words.

What expat and libxml2 say is put through the catalogue too, as the parameter ``reason``; what is not listed in
`REASONS` stays English.
"""

from __future__ import annotations

from typing import Final, Literal

from dgxblock.content.messages_data import DATA
from dgxblock.content.messages_grid import GRID
from dgxblock.content.messages_paper import PAPER
from dgxblock.content.messages_workbook import WORKBOOK

N_: Final = str
"""Marks a text for the catalogue."""

MESSAGES: Final[dict[str, tuple[Literal["error", "warning"], str]]] = {
    # reading
    "size": ("error", N_("The document is larger than %(limit)s KB. Move media and data out of it.")),
    "not-xml": ("error", N_("This is not an XML document. Save it as plain text that begins with “<”.")),
    "encoding": ("error", N_("The document is not UTF-8. Save it again with the encoding UTF-8.")),
    "syntax": ("error", N_("The XML breaks off here: %(reason)s. Mend this place.")),
    "tag-mismatch": (
        "error",
        N_(
            "</%(name)s> does not fit here: <%(open)s> of line %(since)s is open. "
            "Write </%(open)s> before it, or correct or delete </%(name)s>."
        ),
    ),
    "tag-open": ("error", N_("The document ends, but <%(open)s> of line %(since)s is open. Write </%(open)s>.")),
    "tag-sign": ("error", N_("In a tag, write %(half)s instead of %(sign)s (with the Chinese input method off).")),
    "tag-unfinished": (
        "error",
        N_('Here, or just before, a tag is not finished. Put each value into "…", and a > at the end of each tag.'),
    ),
    "comment": ("error", N_("A note <!-- … --> cannot hold two hyphens in a row. Write one.")),
    "sign": ("error", N_("In a text, write %(written)s instead of %(sign)s .")),
    "doctype": ("error", N_("A document type (<!DOCTYPE …>) is not allowed. Delete it.")),
    "entity": ("error", N_("Entities are not allowed. Write the character itself.")),
    "external-entity": ("error", N_("The document wants to load another file (external entity). Delete that.")),
    "xinclude": ("error", N_("The document wants to include another file (XInclude). Delete that.")),
    "instruction": ("error", N_("The instruction <?%(name)s …?> is not allowed. Delete it.")),
    "namespace": (
        "error",
        N_('“%(name)s” does not belong to our vocabulary. The first element needs xmlns="%(namespace)s".'),
    ),
    "newer-version": (
        "error",
        N_("This document is written in %(namespace)s; this software reads %(own)s. Update the software."),
    ),
    "root": (
        "error",
        N_("A document begins with case, exercise, assessment or dataset, not with “%(name)s”. Rename it."),
    ),
    "depth": ("error", N_("Elements are nested more than %(limit)s deep. Flatten the document.")),
    "parts": ("error", N_("The document has more than %(limit)s elements and comments. Divide it.")),
    "attributes": ("error", N_("An element has more than %(limit)s attributes. Content never needs so many.")),
    # shape
    "schema": ("error", N_("The document does not fit its schema: %(reason)s")),
    "element-unexpected": (
        "error",
        N_("<%(name)s> cannot stand here in <%(element)s>. What can: %(expected)s."),
    ),
    "element-early": ("error", N_("Before <%(name)s>, <%(element)s> still needs: %(expected)s.")),
    "element-late": ("error", N_("In <%(element)s>, move <%(name)s> up, before <%(before)s>.")),
    "element-missing": ("error", N_("<%(element)s> ends too early. Still missing: %(expected)s.")),
    "element-value": ("error", N_("<%(element)s> cannot be “%(value)s”. Allowed: %(allowed)s.")),
    "text-unexpected": ("error", N_("<%(element)s> holds no text of its own: “%(text)s”. Put it into <t>.")),
    "attribute-unknown": ("error", N_("<%(element)s> has no attribute %(name)s. It has: %(known)s.")),
    "attribute-missing": ("error", N_("<%(element)s> needs the attribute %(name)s. Add it.")),
    "attribute-value": ("error", N_("%(name)s of <%(element)s> cannot be “%(value)s”. Allowed: %(allowed)s.")),
    # words
    "language-missing": ("error", N_('<%(element)s> has no text in %(lang)s. Add <t xml:lang="%(lang)s">.')),
    "language-twice": ("error", N_("<%(element)s> has more than one text in %(lang)s. Keep one.")),
    "language-empty": ("error", N_("The text in %(lang)s is empty. Write it, or leave out <%(element)s>.")),
    "cell-language": ("error", N_("A cell with words needs both languages, each in its own <t>.")),
    "claim-basis": (
        "error",
        N_("A claim rests either on a source (src) or on a basis (synthetic, framework); give exactly one."),
    ),
    "url-unsafe": ("error", N_("“%(url)s” is not a web address. It must begin with https:// or http://.")),
    # names
    "id-twice": ("error", N_("“%(name)s” names two things. Give this one another name.")),
    "unknown-value": (
        "error",
        N_("The data set has no value “%(name)s”. It has: %(known)s. Correct the name, or define it."),
    ),
    "unknown-table": (
        "error",
        N_("The data set has no table “%(name)s”. It has: %(known)s. Correct the name, or define it."),
    ),
    "unknown-exhibit": (
        "error",
        N_("There is no exhibit “%(name)s”, only: %(known)s. Define it under <exhibits>, or correct the name."),
    ),
    "unknown-source": ("error", N_("There is no source “%(name)s”, only: %(known)s. Add it under <sources>.")),
    "unknown-objective": (
        "error",
        N_("There is no objective “%(name)s”, only: %(known)s. Add it under <objectives>, or correct the name."),
    ),
    "unknown-decision": (
        "error",
        N_("There is no decision “%(name)s”, only: %(known)s. Leave out next where the road ends."),
    ),
    "unknown-state": (
        "error",
        N_("There is no state “%(name)s”, only: %(known)s. Define it under <decisions>, or correct the name."),
    ),
    "unknown-item": (
        "error",
        N_("No number item “%(name)s” comes before this one. Move that item up, or correct the name."),
    ),
    "unknown-step": (
        "error",
        N_("This question has no step “%(name)s”, only: %(known)s. Add it, or correct the name."),
    ),
    "value-order": (
        "error",
        N_("“:%(name)s” is not a value that is defined before this one. Define it further up, or correct the name."),
    ),
    # the data set
    "dataset-reference": (
        "error",
        N_("The document still points to %(name)s. Put the data set in its place; the library does so."),
    ),
    "dataset-missing": ("error", N_("There is no data set %(name)s beside this file. Correct the name, or add it.")),
    "dataset-broken": ("error", N_("%(name)s has errors of its own. Mend that file first; this one waits for it.")),
    # truth
    "composite-disclosure": ("error", N_("A composite case says 合成 or 虚构 in its Chinese disclosure.")),
    "sourced-sources": ("error", N_("A sourced case needs two sources or more. Add them under <sources>.")),
    "source-unverified": (
        "error",
        N_(
            "A published sourced case may not rest on “%(name)s”, which nobody has read in full."
            ' Read it and say verified="full", or make the case a draft.'
        ),
    ),
    "exhibit-source": ("error", N_("A sourced exhibit names its source (src).")),
    "exhibit-synthetic": ("error", N_("An exhibit with synthetic data says 合成 in its title or note.")),
    "figure-unclaimed": (
        "error",
        N_("A sourced case proves its figures: put “%(text)s” into <claim src=…>, or basis=… if you worked it out."),
    ),
    "company-named": (
        "error",
        N_("“%(name)s” is a real company. A composite case names one only in <aside> or in <claim src=…>."),
    ),
    "source-incomplete": ("error", N_("The source “%(name)s” says nothing about %(part)s. Fill it in.")),
    "source-undated": ("warning", N_("Of the source “%(name)s”, say when it was published, or write n.d.")),
    "source-dates": ("error", N_("The source “%(name)s” was read before it was published. Correct one of the dates.")),
    "exhibit-dataset": (
        "error",
        N_("The chart “%(name)s” draws real data: cite the data set that they come from (a source of type dataset)."),
    ),
    "licence-unknown": ("error", N_("“%(name)s” is no licence of the SPDX list that we use: %(known)s.")),
    "licence-differs": ("error", N_("The case says %(name)s for its data, the data set %(other)s. Make them agree.")),
    "size-class": (
        "error",
        N_(
            "By MIIT 2011/300, people and revenue make this plant %(right)s, not %(name)s."
            " Correct the class or the figures."
        ),
    ),
    "reading-length": (
        "warning",
        N_("The story has %(count)s Chinese characters; trainees read %(low)s to %(high)s at a sitting."),
    ),
    "reading-languages": (
        "warning",
        N_(
            "The story has %(chinese)s Chinese characters and %(english)s English words. Something may be missing."
            " Compare the two."
        ),
    ),
    "todo": ("warning", N_("Still to write: %(text)s.")),
    "todo-left": ("error", N_("Still to write: %(text)s. Until then the status is draft.")),
    "alt-missing": ("error", N_("A chart needs <alt>: what it shows, for who cannot see it.")),
    "row-cells": (
        "error",
        N_("This row has %(cells)s cells, the table %(columns)s columns. Give it one cell a column."),
    ),
    # decisions
    "option-count": (
        "error",
        N_("A decision has two to four options; this one has %(count)s. Add some or take some away."),
    ),
    "decision-count": ("error", N_("A case has at most %(limit)s decisions; this one has %(count)s. Take some away.")),
    "decision-unreachable": (
        "error",
        N_("No road leads to the decision “%(name)s”. Name it in the next of an option, or delete it."),
    ),
    "decision-loop": ("error", N_("From here the road leads back to “%(name)s”. A road may not go in circles.")),
    "state-start": (
        "error",
        N_("A state starts either at a number (start) or at a value (startRef). Give exactly one of the two."),
    ),
    "effect-kind": ("error", N_("An effect has exactly one of add, set and setRef. Keep one.")),
    # questions
    "objective-unassessed": (
        "error",
        N_("No question assesses the objective “%(name)s”. Name it in the objectives of one."),
    ),
    "points": ("error", N_("Points must be more than 0. Raise them.")),
    "hint-in-assessment": (
        "error",
        N_("An assessment gives no hints on demand. Put this one into an exercise, or into <hint> for everybody."),
    ),
    "hint-costs": (
        "error",
        N_("All hints together cost %(total)s%% of the points. Leave something to earn: %(limit)s%% at the most."),
    ),
    "essay-longest": ("error", N_("A text may have %(limit)s characters at the most. Lower longest.")),
    "essay-length": ("error", N_("No text has at least %(shortest)s and at most %(longest)s characters. Swap them.")),
    "essay-levels": ("error", N_("A criterion needs two levels or more, each with other points, and none below 0.")),
    "unit-offered": ("error", N_("The unit of the key, %(unit)s, is not among the units offered. Add it to units.")),
    "choice-count": ("error", N_("A question needs three choices or more; this one has %(count)s.")),
    "single-key": ("error", N_("Exactly one choice must be correct; here it is %(count)s.")),
    "multiple-key": ("error", N_('At least two choices must be correct and one wrong. Set correct="true" so.')),
    "key-twice": ("error", N_("Mark the right answer either by hand or by <key>, not by both.")),
    "order-steps": ("error", N_("A question of order needs two steps or more. Add one.")),
    "order-key": ("error", N_("The right order is missing: give <key>, or after on some steps.")),
    "order-loop": ("error", N_("The steps wait for each other in a circle, this one among them. Take back one after.")),
    # the folder
    "folder-empty": (
        "error",
        N_(
            "No case.xml here. A case is a folder with case.xml and dataset.xml."
            " Name such a folder, or start one with cases new."
        ),
    ),
    "file-unused": (
        "warning",
        N_(
            "“%(name)s” is no part of the case, and nobody would see it. Write data as SQL and figures as charts;"
            " take the file away."
        ),
    ),
    "objective-untested": (
        "error",
        N_("The assessment does not cover the objective “%(name)s” of the case. Add it there, with a question."),
    ),
    "objective-unpractised": (
        "error",
        N_("No exercise practises the objective “%(name)s” of the case. Name it in the objectives of a question."),
    ),
    "objective-untaught": ("error", N_("No section teaches the objective “%(name)s”. Add it to one of them.")),
    "objective-foreign": (
        "error",
        N_("The case has no objective “%(name)s”, only: %(known)s. Add it to the case, or correct the name."),
    ),
    "exercise-twice": ("error", N_("Another exercise of this case has the id “%(name)s” too. Give this one another.")),
    "case-twice": ("error", N_("The library has the case %(name)s already. Give this one another version.")),
    "unreadable": ("error", N_("The file cannot be read. Look whether it is there and may be read.")),
    **DATA,
    **GRID,
    **WORKBOOK,
    **PAPER,
}

QUERY_REASONS: Final = {
    "statement": N_("Write one statement that begins with SELECT."),
    "forbidden": N_("Use only tables of this data set that come before, and the listed functions."),
    "deadline": N_("It takes too long. Make it simpler, or spread it over two tables."),
    "rows": N_("A table has at most 5,000 rows. Limit it, say by WHERE i <= 500."),
    "size": N_("It is too large. Split it into smaller ones."),
    "sql": N_("Correct the SQL."),
    "width": N_("In SQL, type commas, brackets and quotation marks as plain half-width signs: , ( ) '"),
    "parameter": N_("A query may use values of the data set as :name, and only earlier ones."),
    "draw": N_("Look up the arguments of the draw in the authors' guide."),
    "columns": N_("Select the columns that <column> names, in that order."),
    "type": N_("Select what the column's type says, or change the type."),
    "value": N_("Select exactly one number or text; guard against division by zero."),
    "number": N_("The result is infinite. Guard against division by zero."),
    "name": N_("Give it another name."),
    "unknown": N_("Define the value, or correct its name."),
    "binary": N_("Select numbers and text, no bytes."),
    "busy": N_("Too much is being computed here at the moment. Try again in a minute."),
    "rate": N_("Wait a few seconds, then try again."),
    "killed": N_("It had to be ended: it took too much memory or time. Make it simpler."),
    "down": N_("The laboratory of this server does not answer. Tell whoever runs it."),
}
"""What to do about an error of the laboratory, by its code."""

REASONS: Final = (
    N_("mismatched tag"),
    N_("no element found"),
    N_("not well-formed (invalid token)"),
    N_("unclosed token"),
    N_("duplicate attribute"),
    N_("junk after document element"),
    N_("unbound prefix"),
    N_("unclosed CDATA section"),
    N_("XML declaration not at start of external entity"),
    N_("reference to invalid character number"),
)
"""The reasons that authors meet."""
