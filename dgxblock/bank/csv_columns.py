"""The columns of our CSV files, by the headings that are understood."""

from __future__ import annotations

import re
from typing import Final

from dgxblock.bank.shape import MOST_OPTIONS

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "type": ("题型", "type"),
    "id": ("编号", "id", "no"),
    "prompt": ("题干", "question", "prompt", "题目", "试题"),
    "answer": ("答案", "answer", "正确答案", "标准答案", "key"),
    "tolerance": ("误差", "tolerance", "允许误差"),
    "unit": ("单位", "unit"),
    "points": ("分值", "points", "分数", "score"),
    "difficulty": ("难度", "difficulty"),
    "objectives": ("学习目标", "objectives", "目标"),
    "hint": ("提示", "hint"),
    "rationale": ("解析", "explanation", "rationale", "答案解析"),
    "reuse": ("可重复", "reuse"),
    "fixed": ("不乱序", "fixed"),
    "own": ("dgx",),
}
"""Chinese and English heading as we write them, then others that are read."""
_SERIES: Final[dict[str, tuple[str, ...]]] = {
    "option": ("选项", "option", "choice"),
    "match": ("配对", "match"),
    "feedback": ("反馈", "feedback"),
}
"""Headings that are followed by a letter: ``选项A``, ``option A``."""
_LETTERED: Final = re.compile(r"(.*?)\s*([a-z]|[a-z]\d)", re.DOTALL)

LETTERS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + tuple(f"A{each}" for each in range(1, MOST_OPTIONS - 25))
"""What options are called; after Z, A1 to A14."""

TYPES: Final[dict[str, tuple[str, ...]]] = {
    "single": ("单选", "single", "单选题", "single choice", "单项选择", "单项选择题", "选择题"),
    "multiple": ("多选", "multiple", "多选题", "multiple choice", "多项选择", "多项选择题", "不定项选择题"),
    "true": ("判断", "true/false", "判断题", "true-false", "truefalse", "tf"),
    "number": ("数值", "number", "计算", "计算题", "数值题", "numerical", "numeric"),
    "short": ("填空", "short", "填空题", "简答", "short answer", "text entry"),
    "match": ("匹配", "match", "匹配题", "连线", "连线题", "配对题", "matching"),
    "order": ("排序", "order", "排序题", "ordering"),
}
DIFFICULTIES: Final[dict[str, tuple[str, ...]]] = {
    "easy": ("易", "easy", "简单", "容易"),
    "medium": ("中", "medium", "中等", "一般"),
    "hard": ("难", "hard", "困难", "较难"),
}
YES: Final = ("是", "yes", "true", "1", "y")
NO: Final = ("", "否", "no", "false", "0", "n")
TRUE: Final = ("对", "true", "正确", "√", "✓", "t", "是", "yes", "a")
FALSE: Final = ("错", "false", "错误", "×", "✗", "✘", "x", "f", "否", "no", "b")


def column_of(heading: str, /) -> str:
    """``prompt``, ``option:2`` …; empty for a heading that nobody knows."""
    name = " ".join(heading.replace("_", " ").lower().split())
    for key, names in _NAMES.items():
        if name in names:
            return key
    if len(name) < 20 and (found := _LETTERED.fullmatch(name)) and found[2].upper() in LETTERS:
        for key, names in _SERIES.items():
            if found[1] in names:
                return f"{key}:{LETTERS.index(found[2].upper())}"
    return ""


def heading(column: str, lang: str, /) -> str:
    """How we write it."""
    which = 0 if lang == "zh-CN" else 1
    key, _, number = column.partition(":")
    if not number:
        names = _NAMES[key]
        return names[min(which, len(names) - 1)]
    return _SERIES[key][which] + ("" if which == 0 else " ") + LETTERS[int(number)]


def named(table: dict[str, tuple[str, ...]], word: str, /) -> str:
    """The key under which a word stands; empty if under none."""
    word = " ".join(word.lower().split())
    return next((key for key, words in table.items() if word in words), "")


def said(table: dict[str, tuple[str, ...]], key: str, lang: str, /) -> str:
    """How we write it."""
    return table[key][0 if lang == "zh-CN" else 1] if key else ""
