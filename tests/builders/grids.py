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


BI = bi("中文", "English")
SMALL = f"""<cells id="q-cells" points="2" objectives="O1">
      <prompt>{BI}</prompt>
      <column id="minutes" unit="min" tolerance="2%">{BI}</column>
      <column id="ratio" unit="%" tolerance="0.5pp">{BI}</column>
      <row id="plan">
        <label>{BI}</label>
        <cell column="minutes" ref="planned" shown="true"/>
        <cell column="ratio" ref="oee"/>
      </row>
      <row id="done">
        <label>{BI}</label>
        <cell column="minutes" ref="good" depends="plan:ratio"/>
      </row>
      <misconception note="cells:planned-time" cell="done:minutes" ref="planned"><feedback>{BI}</feedback></misconception>
      <misconception note="cells:wrong-base" column="ratio"><wrong row="plan" ref="planned"/><feedback>{BI}</feedback></misconception>
      <rationale>{BI}</rationale>
    </cells>
    <match id="q-match" points="1" objectives="O1">
      <prompt>{BI}</prompt>
      <option id="mes"><label>{BI}</label></option>
      <option id="erp"><label>{BI}</label></option>
      <option id="crm"><label>{BI}</label></option>
      <pair id="run" option="mes"><label>{BI}</label><feedback>{BI}</feedback></pair>
      <pair id="buy" option="erp"><label>{BI}</label><wrong option="crm" note="match:sales"><feedback>{BI}</feedback></wrong></pair>
      <rationale>{BI}</rationale>
    </match>
    <match id="q-lines" points="1" objectives="O1" reuse="true">
      <prompt>{BI}</prompt>
      <option id="fast"><label>{BI}</label></option>
      <option id="slow"><label>{BI}</label></option>
      <pair id="p1"><label>{BI}</label></pair>
      <pair id="p2"><label>{BI}</label></pair>
      <key>SELECT 'p1', 'slow' UNION ALL SELECT 'p2', 'slow'</key>
      <rationale>{BI}</rationale>
    </match>
    <classify id="q-risk" points="1" objectives="O1" scale="ordinal">
      <prompt>{BI}</prompt>
      <class id="low"><label>{BI}</label></class>
      <class id="high"><label>{BI}</label></class>
      <thing id="fire" class="high"><label>{BI}</label><wrong class="low" note="risk:never-happened"/></thing>
      <thing id="dust" class="low"><label>{BI}</label><feedback>{BI}</feedback></thing>
      <rationale>{BI}</rationale>
    </classify>
    <short id="q-short" points="1" objectives="O1" maxLength="20" typos="1">
      <prompt>{BI}</prompt>
      <accept xml:lang="zh-CN">换线</accept>
      <accept xml:lang="en">changeover</accept>
      <misconception note="loss:breakdown"><accept>breakdown</accept><feedback>{BI}</feedback></misconception>
      <misconception note="loss:waiting"><accept>waiting</accept><feedback>{bi("在等料", "Waiting")}</feedback></misconception>
      <rationale>{BI}</rationale>
    </short>
    <decide id="q-decide" points="2" objectives="O1">
      <prompt>{BI}</prompt>
      <option id="go" credit="1"><label>{BI}</label><detail>{BI}</detail><consequence><p>{BI}</p></consequence></option>
      <option id="wait" credit="0.5" note="case:too-late"><label>{BI}</label><consequence><p>{BI}</p></consequence></option>
      <reason>{BI}</reason>
      <rationale>{BI}</rationale>
    </decide>
    <decide id="q-data" points="1" objectives="O1">
      <prompt>{BI}</prompt>
      <option id="go"><label>{BI}</label><consequence><p>{BI}</p></consequence></option>
      <option id="wait"><label>{BI}</label><consequence><p>{BI}</p></consequence></option>
      <key>SELECT 'go', 1 UNION ALL SELECT 'wait', 0.5</key>
      <rationale>{BI}</rationale>
    </decide>"""
"""One of each with the data set of `content`."""


def with_grids(document: str, /) -> str:
    """A document of `content` with `SMALL` among its questions; a case or a data set stays as it is."""
    end = document.rfind("</order>") + len("</order>")
    return document[:end] + "\n    " + SMALL + document[end:] if "</order>" in document else document
