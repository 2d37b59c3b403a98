"""Schemes as documents, whole and broken."""

from __future__ import annotations

from importlib import resources

EXAMPLE = resources.files("dgxblock.registry").joinpath("examples", "dongguan-demo.yaml").read_text(encoding="utf-8")

CITY = """\
format: dgx-scheme/1
slug: city-coach
title: {zh: 教练, en: Coach}
registry: sandbox
credential:
  code: CITY-1
  name: {zh: 教练, en: Coach}
  level: {zh: 初级}
assessor: 测试培训中心
recipient: {zh: 登记机构, en: Registry}
runs:
  - course: course-v1:CITY+C1+2026
requirements:
  - code: exam
    kind: assessment
    block: block-v1:CITY+C1+2026+type@dgx_assessment+block@exam
    title: {zh: 测评, en: Exam}
"""
"""A small scheme of another city; line numbers in the tests count in it."""


def changed(old: str, new: str, /, text: str = CITY) -> bytes:
    """The city's scheme with one place changed, which has to be there."""
    assert text.count(old) == 1, old
    return text.replace(old, new).encode()
