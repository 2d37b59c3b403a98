"""The rows of the table to fill in: a question of each type."""

from __future__ import annotations

from typing import Any

from dgxblock.bank.shape import Option, Question, Words, words
from dgxblock.content.model import Tolerance


def examples(lang: str, /) -> tuple[Question, ...]:
    """One question of each type, in `lang`."""
    zh = lang == "zh-CN"

    def say(chinese: str, english: str) -> Words:
        return words(chinese if zh else english)

    def options(*texts: tuple[str, str], right: str = "") -> tuple[Option, ...]:
        return tuple(Option(say(*each), str(at) in right) for at, each in enumerate(texts))

    common: dict[str, Any] = {
        "points": 5.0,
        "rationale": say("为什么：换线属于计划外停机。", "Why: a changeover is not planned production."),
    }
    losses = (("换线", "Changeover"), ("计划保养", "Planned maintenance"), ("待料", "Waiting for material"))
    return (
        Question("single", say("下列哪一项由 MES 完成？", "Which of these does an MES do?"), name="q-single", difficulty="easy",
                 options=options(("排程下发", "Dispatching"), ("发工资", "Payroll"), ("开发票", "Invoicing"), right="0"), **common),
        Question("multiple", say("哪些停机计入时间开动率？", "Which stops count against availability?"), name="q-multiple",
                 options=options(*losses, right="02"), **common),
        Question("number", say("计划 480 分钟，停机 60 分钟，时间开动率是多少？", "Planned 480 min, stopped 60 min. What is the availability?"),
                 name="q-number", key=87.5, tolerance=Tolerance(0.5, "pp"), unit="%", **common),
        Question("short", say("快速换模的英文缩写是什么？", "What is the method for fast changeovers called?"), name="q-short",
                 accepted=("SMED", "single minute exchange of die"), **common),
        Question("match", say("把系统与它的工作连起来。", "Match the system with what it does."), name="q-match",
                 options=(Option(say("排程下发", "Dispatching"), target=0), Option(say("成本核算", "Costing"), target=1)),
                 targets=(say("MES", "MES"), say("ERP", "ERP"), say("PLM", "PLM")), **common),
        Question("order", say("按先后排列改善的步骤。", "Put the steps in order."), name="q-order",
                 options=options(("测量", "Measure"), ("分析", "Analyse"), ("改善", "Improve")), **common),
    )  # fmt: skip
