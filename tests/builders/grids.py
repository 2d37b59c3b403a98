"""Questions that consist of parts, short answers and decisions, for the small documents of `documents` and `content`."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

from tests.builders.documents import ASSESSMENT, EXERCISE, bi, both

CELLS = f"""<cells id="c1" points="4" objectives="o1">{both("prompt", "prompt c1")}
<column id="time" unit="min" tolerance="1%">{bi("时间", "Time")}</column>
<column id="part" unit="%" tolerance="0.5pp">{bi("占比", "Share")}</column>
<row id="all"><label>{bi("合计", "Total")}</label><cell column="time" ref="total" shown="true"/></row>
<row id="one"><label>{bi("一半", "Half")}</label><cell column="time" ref="half"/><cell column="part" ref="share"/></row>
<row id="two"><label>{bi("四分之一", "Quarter")}</label><cell column="time" ref="quarter" depends="one:time"/><cell column="part" ref="part_two"/></row>
<misconception note="cells:doubled" cell="one:time" ref="twice">{both("feedback", "secret feedback doubled")}</misconception>
<misconception note="cells:whole" column="part"><wrong row="one" ref="part_one_wrong"/><wrong row="two" ref="part_two_wrong"/>{both("feedback", "secret feedback whole")}</misconception>
{both("rationale", "secret rationale c1")}</cells>"""

MATCH = f"""<match id="ma1" points="3" objectives="o1">{both("prompt", "prompt ma1")}
<option id="mes"><label>{bi("制造执行系统", "Execution system")}</label></option>
<option id="erp"><label>{bi("企业资源计划", "Resource planning")}</label></option>
<option id="scada"><label>{bi("数据采集", "Data acquisition")}</label></option>
<option id="crm"><label>{bi("客户管理", "Customer management")}</label></option>
<pair id="order" option="mes"><label>{bi("派工", "Dispatching")}</label>{both("feedback", "secret feedback order")}<wrong option="erp" note="match:plans-not-runs">{both("feedback", "secret feedback erp")}</wrong></pair>
<pair id="money" option="erp"><label>{bi("成本核算", "Costing")}</label></pair>
<pair id="signal" option="scada"><label>{bi("读设备信号", "Reading signals")}</label></pair>
{both("rationale", "secret rationale ma1")}</match>"""

CLASSIFY = f"""<classify id="cl1" points="3" objectives="o2" scale="ordinal">{both("prompt", "prompt cl1")}
<class id="low"><label>{bi("低", "Low")}</label></class>
<class id="mid"><label>{bi("中", "Medium")}</label></class>
<class id="high"><label>{bi("高", "High")}</label></class>
<thing id="fire" class="high"><label>{bi("起火", "Fire")}</label>{both("feedback", "secret feedback fire")}<wrong class="low" note="risk:never-happened">{both("feedback", "secret feedback low")}</wrong></thing>
<thing id="stop" class="mid"><label>{bi("停机", "Downtime")}</label></thing>
<thing id="dust" class="low"><label>{bi("落灰", "Dust")}</label></thing>
{both("rationale", "secret rationale cl1")}</classify>"""

SHORT = f"""<short id="sh1" points="2" objectives="o2" maxLength="40" typos="1">{both("prompt", "prompt sh1")}
<accept xml:lang="zh-CN">换线</accept><accept xml:lang="en">changeover</accept><accept xml:lang="en">set-up</accept>
<misconception note="loss:breakdown"><accept xml:lang="zh-CN">故障</accept><accept xml:lang="en">breakdown</accept>{both("feedback", "secret feedback breakdown")}</misconception>
{both("rationale", "secret rationale sh1")}</short>"""

DECIDE = f"""<decide id="de1" points="4" objectives="o2">{both("prompt", "prompt de1")}
<option id="go" credit="0.5" note="case:too-fast"><label>{bi("全厂上线", "Whole plant")}</label><detail>{bi("六个月", "Six months")}</detail><consequence>{both("p", "secret consequence go")}</consequence></option>
<option id="try" credit="1"><label>{bi("一条线试点", "Pilot one line")}</label><consequence>{both("p", "secret consequence try")}{both("p", "secret second consequence")}</consequence></option>
<option id="wait" credit="0"><label>{bi("再等一年", "Wait a year")}</label><consequence>{both("p", "secret consequence wait")}</consequence></option>
{both("reason", "the reason")}{both("rationale", "secret rationale de1")}</decide>"""

VALUES = """<value name="part_two" unit="%" format="percent1">SELECT :share / 2</value>
<value name="part_one_wrong" unit="%" format="percent1">SELECT :share / 3</value>
<value name="part_two_wrong" unit="%" format="percent1">SELECT :share / 5</value>
"""
"""What the table asks for beyond the data set of `documents`."""

ITEMS = {"cells": CELLS, "match": MATCH, "classify": CLASSIFY, "short": SHORT, "decide": DECIDE}
"""By element."""


def exercise(*items: str) -> str:
    """An exercise with these questions (all kinds, if none is given) in one task."""

    start, end = EXERCISE.index('<task id="t1">'), EXERCISE.rindex("</exercise>")
    asked = "\n".join(items or ITEMS.values())
    task = f'<task id="t1">{both("title", "Task one")}{asked}</task>'
    return with_values(EXERCISE[:start] + task + EXERCISE[end:])


def assessment(*items: str) -> str:
    """An assessment with these questions, all kinds if none is given."""

    start, end = ASSESSMENT.index("</objectives>") + len("</objectives>"), ASSESSMENT.rindex("</assessment>")
    return with_values(ASSESSMENT[:start] + "\n".join(items or ITEMS.values()) + ASSESSMENT[end:])


def with_values(document: str, /) -> str:
    """The document, its data set holding `VALUES` too."""
    rule = document.index("<rule>")
    return document[:rule] + VALUES + document[rule:]
