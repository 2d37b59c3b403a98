"""The rows of the table to fill in: a question of each type."""

# ruff: noqa: E501  both languages of a row read better side by side

from __future__ import annotations

from dataclasses import replace

from dgxblock.bank.shape import Option, Question, Words, words
from dgxblock.content.model import Tolerance


def examples(lang: str, /) -> tuple[Question, ...]:
    """One question of each type, in `lang`."""

    def say(chinese: str, english: str) -> Words:
        return words(chinese if lang == "zh-CN" else english)

    def options(*texts: tuple[str, str], right: tuple[int, ...] = ()) -> tuple[Option, ...]:
        return tuple(Option(say(*each), at in right) for at, each in enumerate(texts))

    why = say("写明为什么，答完后显示给学员。", "Say why; trainees read it afterwards.")
    made = (
        Question(
            "single", say("下列哪一项由 MES 完成？", "Which of these does an MES do?"), name="q-single", difficulty="easy",
            options=options(("排程下发", "Dispatching"), ("发工资", "Payroll"), ("开发票", "Invoicing"), right=(0,)),
        ),
        Question(
            "multiple", say("哪些停机计入时间开动率？", "Which stops count against availability?"), name="q-multiple",
            options=options(("换线", "Changeover"), ("计划保养", "Planned maintenance"), ("待料", "Waiting for material"), right=(0, 2)),
        ),
        Question(
            "single", say("OEE 可以超过 100%。", "OEE may exceed 100%."), name="q-true",
            options=options(("对", "True"), ("错", "False"), right=(1,)),
        ),
        Question(
            "number", say("计划 480 分钟，停机 60 分钟，时间开动率是多少？", "Planned 480 min, stopped 60 min. What is the availability?"), name="q-number",
            key=87.5, tolerance=Tolerance(0.5, "pp"), unit="%",
        ),
        Question(
            "short", say("快速换模的英文缩写是什么？", "What is the method for fast changeovers called?"), name="q-short",
            accepted=("SMED", "single minute exchange of die"),
        ),
        Question(
            "match", say("把系统与它的工作连起来。", "Match the work with its system."), name="q-match",
            options=(Option(say("排程下发", "Dispatching"), target=0), Option(say("成本核算", "Costing"), target=1)),
            targets=(words("MES"), words("ERP"), words("PLM")),
        ),
        Question(
            "order", say("按先后排列改善的步骤。", "Put the steps of an improvement in order."), name="q-order",
            options=options(("测量", "Measure"), ("分析", "Analyse"), ("改善", "Improve")),
        ),
    )  # fmt: skip
    return tuple(replace(each, points=5.0, rationale=why) for each in made)
