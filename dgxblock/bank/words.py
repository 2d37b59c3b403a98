"""The sentences about what was not taken, by their codes: what it is, and what to do."""

from __future__ import annotations

from typing import Final

from dgxblock.i18n import N_

SENTENCES: Final[dict[str, str]] = {
    # the file
    "too-large": N_("The file is larger than %(limit)s MB and was not read. Divide it."),
    "encoding": N_("This place is no text in UTF-8, UTF-16 or GB18030. Save the file again as UTF-8."),
    "control": N_("%(count)s control characters were left out, the first of them %(code)s. Look at this place."),
    "unknown-format": N_(
        "We cannot tell what kind of file this is. Name it .csv, .gift, .txt (Aiken), .xml or .zip (QTI 3), or say its"
        " format."
    ),
    "nothing": N_("There is no question in this file."),
    "questions": N_("Only the first %(limit)s questions were read. Divide the file here."),
    "more": N_("%(count)s more things were not taken and are not listed. Mend those above first."),
    "unreadable": N_("The file cannot be read. Look whether it is there and may be read."),
    # any question
    "no-prompt": N_("The question has no words. Write what is asked."),
    "no-answer": N_("No right answer is marked, or one that is not there. Mark it."),
    "no-options": N_("The question has no options. Write them."),
    "too-many": N_("The question has %(count)s parts; at most %(limit)s can be taken. Divide it."),
    "too-long": N_("A text is longer than %(limit)s characters. Shorten it."),
    "answer-long": N_("An accepted answer is longer than %(limit)s characters: nobody types that. Make it a choice."),
    "several-right": N_(
        "Several answers are right here, but only one may be chosen. Let trainees choose several, or leave one right."
    ),
    "weights": N_(
        "Shares of points were not taken (%(weights)s): here they follow from what is right. Check the question."
    ),
    "part-answer": N_(
        "“%(text)s” earns %(weight)s there; here an answer counts in full or not at all. It was left out: add it as"
        " accepted, or as a known wrong road."
    ),
    "one-number": N_("A number has exactly one right value; here it is %(count)s. Make separate questions of them."),
    "number-size": N_("The number is too large to be typed. Choose a larger unit."),
    "decimals": N_(
        "%(number)s has more decimals than a solution shows (%(places)s). Choose a smaller unit, or give a tolerance."
    ),
    "unit": N_("“%(unit)s” is no unit of ours, only: %(known)s. Correct it, or write it into the question."),
    "points-of-unit": N_("A tolerance in points (pp) needs a percentage; the unit is %(unit)s. Write an amount or %%."),
    "percent-of-nothing": N_("The answer is 0, and no per cent of that is an amount. Give the tolerance as a number."),
    "feedback": N_("The feedback “%(text)s” was not taken: right words and pairs have none here. Put it elsewhere."),
    "markup": N_("<%(name)s> was left out, its words were taken. Check that they still say the same."),
    "media": N_("The question holds <%(name)s>, and our questions hold words. Say in words what it shows."),
    # what we wrote ourselves
    "own-broken": N_(
        "What we had written into the file for ourselves (the other language, hints, known wrong roads) is damaged and"
        " was not taken; the visible words were. Export again if you can."
    ),
    "own-marks": N_("A text was changed since the export, and its marks (emphasis, figures) went. Set them again."),
    "own-parts": N_(
        "Parts were added or taken away since the export. Translations, feedback and names of wrong roads of the"
        " parts went; write them again."
    ),
    "own-kind": N_("The kind of the question was changed since the export. What only the old kind had, went."),
    # writing
    "computed": N_(
        "The question “%(name)s” depends on each trainee's data, which no other system has. Name a seed to export the"
        " variant of that data."
    ),
    "kind": N_("<%(kind)s> has no counterpart in this format. The question stays here."),
    "orders": N_("More than one order is right, which this format cannot say. The question stays here."),
    "no-data": N_("The variant could not be computed (%(reason)s). Run cases check first."),
    # GIFT and Aiken
    "category": N_("The category “%(name)s” was not taken. Put the questions into pools instead."),
    "description": N_("This text asks for no answer ({…}). Put it into the introduction of the document."),
    "essay": N_("An essay needs a rubric by which it is judged. Write it as <essay>."),
    "gift-brace": N_("The answers begin with { but do not end: } is missing before the next empty line. Add it."),
    "gift-gaps": N_("The question has several gaps. Make a question of each."),
    "gift-answer": N_("At “%(text)s”, an answer must begin with = or ~. In texts, write \\= and \\~ for the signs."),
    "gift-pair": N_("A pair needs something on both sides of ->; only the left side may be empty. Complete it."),
    "gift-number": N_("“%(text)s” is not a number as 42, 42:0.5 or 41..43. Correct it."),
    "markdown": N_("The text is Markdown; it was taken as it is written, signs included. Check it."),
    "aiken-answer": N_("The file ends before ANSWER: and a letter. Add the line."),
    "aiken-line": N_("“%(text)s” stands among the options. Put each option on one line that begins with A., B. …"),
    "aiken-letter": N_(
        "“%(text)s” is out of order: options begin with A., then B., after the question. Renumber them."
    ),
    "aiken-right": N_("ANSWER: %(text)s names no option of this question. Write one capital letter."),
    # CSV
    "csv-head": N_(
        "The first row must hold the headings, 题干 (question) among them. Start from the table of bank template."
    ),
    "csv-columns": N_("The table has more than %(limit)s columns. Delete those that hold nothing for us."),
    "csv-column": N_("The column “%(name)s” is not known and was left out. Rename or delete it."),
    "csv-twice": N_("There is a second column “%(name)s”, which was left out. Keep one."),
    "csv-beyond": N_("“%(text)s” stands to the right of all headings. Give its column a heading."),
    "csv-cell": N_("A cell is longer than %(limit)s characters, so reading stopped here. Look for a missing quote."),
    "csv-unused": N_("“%(text)s” means nothing for a question of this type (%(type)s) and was left out."),
    "csv-type": N_("“%(name)s” is no type that can be taken, only: %(known)s. Correct it."),
    "csv-no-type": N_("The type of the question is missing. Write it."),
    "csv-points": N_("“%(text)s” is no number of points above 0. Correct it."),
    "csv-difficulty": N_("“%(name)s” is no difficulty, only: %(known)s. Correct it."),
    "csv-yes": N_("“%(text)s” is neither yes (是, 1) nor no (否, 0). Correct it."),
    "csv-tolerance": N_("“%(text)s” is no tolerance such as 0.5, 2%% or 0.5pp. Correct it."),
    "csv-number": N_("“%(text)s” is no plain number. Write digits only, and the unit into its column."),
    "csv-true": N_("“%(text)s” is neither right (对, true) nor wrong (错, false). Correct it."),
    "csv-true-options": N_("A true-or-false question has two options or none written. Correct them."),
    "csv-gap": N_("Option %(letter)s is missing, though others of its row are there. Fill the gap."),
    "csv-letters": N_("“%(text)s” does not name each option once, by letters from A to %(last)s. Correct it."),
    "csv-pairs": N_("%(things)s options have only %(targets)s counterparts. Give each its own, or repeat one."),
    # QTI
    "xml": N_("The file is not safe to read: %(reason)s"),
    "zip": N_("The package is damaged, or not as a package should be (%(reason)s). Make it again."),
    "no-manifest": N_("The package has no imsmanifest.xml. Export it again as QTI 3."),
    "no-file": N_("The package lists %(name)s, which is not in it. Add it."),
    "file": N_("The file %(name)s was not taken: no list of items names it."),
    "resource": N_("%(name)s (%(type)s) was not taken: it is neither an item nor a test of QTI 3."),
    "qti-version": N_("<%(name)s> is QTI 1 or 2. Export the questions as QTI 3, or as CSV."),
    "not-qti": N_("<%(name)s> does not belong to QTI. Choose another file."),
    "not-item": N_("<%(name)s> is no item. Choose the files of the items, or the package that holds them."),
    "adaptive": N_("The item is adaptive: what it asks depends on the answers. Make a question of each step."),
    "qti-templates": N_("<%(name)s> makes the item anew for each trainee. Export one of its variants."),
    "element": N_("<%(name)s> was not taken. Check whether the question needs it."),
    "qti-element": N_(
        "The question cannot be taken because of <%(name)s>, which has no counterpart here. Simplify it."
    ),
    "attribute": N_('<%(name)s %(attribute)s="%(value)s">: the attribute was not taken. Check the question.'),
    "outcome": N_("The outcome “%(outcome)s” was not taken; questions here have points. Check the question."),
    "interaction": N_(
        "<%(name)s> cannot be taken: only choice, text entry, match and order can. Ask it in one of these ways."
    ),
    "interactions": N_("An item here asks one thing; this one has %(count)s interactions. Make a question of each."),
    "qti-responses": N_("The item declares %(count)s responses where one is needed. Make a question of each."),
    "qti-template": N_("The response processing “%(template)s” is not known. Use match_correct or map_response."),
    "qti-tolerance": N_("The tolerance “%(value)s” is not the same to both sides. Make it so."),
    "base-type": N_("A response of type %(base)s cannot be taken in a text field. Use string, float or integer."),
    "qti-pairs": N_("Each choice of the first set needs exactly one of the second. Complete the pairs."),
    "qti-order": N_("The right order does not name each choice once. Complete it."),
    "sections": N_("The sections of the test were not taken, only the questions in their order. Make pools of them."),
    # the document
    "objective": N_(
        "The document has no objective “%(name)s”; the question was taken without it. Name one of its own."
    ),
    "hints": N_("Assessments have no hints on demand; the question came without its own. Use <hint>, if at all."),
    "no-place": N_("The document is a %(kind)s. Questions go into exercises and assessments."),
    "no-pool": N_("There is no pool “%(name)s” in the document, only: %(known)s. Correct the name."),
    "no-objective": N_("There is no objective “%(name)s” in the document, only: %(known)s. Correct the name."),
}

FORMATS: Final = ("csv", "gift", "aiken", "qti")
"""What can be read; ``csv`` and ``qti`` can be written too."""
