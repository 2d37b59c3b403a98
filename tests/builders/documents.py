"""Small documents for tests: a case, an exercise and an assessment whose secret texts say so."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

import re
from xml.sax.saxutils import escape

NAMESPACE = "urn:dgx:content:1"


def bi(zh: str, en: str, /) -> str:
    """Both languages; the texts may hold markup."""
    return f'<t xml:lang="zh-CN">{zh}</t><t xml:lang="en">{en}</t>'


def both(name: str, word: str, /, attributes: str = "") -> str:
    """An element whose texts name themselves, so that a search of a page can find them."""
    return f"<{name}{attributes}>{bi(f'中文：{escape(word)}', f'{escape(word)} in English')}</{name}>"


DATASET = f"""<dataset id="data" seed="teaching" spdx="CC0-1.0">
<category code="a">{bi("甲线", "Line A")}</category>
<table name="log" download="true">{both("label", "The log")}
<column name="line" type="text">{bi("线别", "Line")}</column>
<column name="minutes" type="integer" unit="min" format="int">{bi("分钟", "Minutes")}</column>
<select>SELECT 'a' AS line, integer('m', i, 100, 900) AS minutes FROM n WHERE i &lt;= 12</select></table>
<value name="total" unit="min" format="min">SELECT sum(minutes) FROM log</value>
<value name="half" unit="min" format="min">SELECT :total / 2.0</value>
<value name="quarter" unit="min" format="min">SELECT :half / 2.0</value>
<value name="twice" unit="min" format="min">SELECT :total * 2</value>
<value name="share" unit="%" format="percent1">SELECT 0.25 + :total / 100000.0</value>
{both("rule", "A rule")}</dataset>"""


def option(name: str, word: str, /, *, verdict: str = "best", then: str = "", effect: str = "") -> str:
    onward = f' next="{then}"' if then else ""
    return (
        f'<option id="{name}" verdict="{verdict}"{onward}>{both("label", f"label {word}")}{both("detail", f"detail {word}")}'
        f"{both('path', f'secret path {word}')}"
        f"<consequence>{both('title', f'secret title {word}')}{both('p', f'secret consequence {word}')}</consequence>"
        f"<why>{both('p', f'secret reason {word}')}</why>{effect}</option>"
    )


CASE = f"""<case xmlns="{NAMESPACE}" id="test-case" version="1" kind="composite" status="draft">
<meta><title>{bi("案例<br/>副题", "The case")}</title>{both("lead", "The lead")}
<sector scheme="GB/T 4754-2017" code="C3982">{bi("电子", "Electronics")}</sector>
<size scheme="MIIT-2011-300" class="small" employees="180" revenueWanYuan="9500"/>
<region code="441900">{bi("东莞", "Dongguan")}</region><stage>pilot</stage>
<maturity scheme="MIIT-SME-2024" before="1" after="2"><scene code="S07" before="1" after="2"/></maturity>
<technology>mes-lite</technology><workload readMinutes="25" labMinutes="60" level="core"/>
<contributor role="author">Somebody</contributor><licence text="CC-BY-SA-4.0" data="CC0-1.0"/><date>2026-11-01</date></meta>
<disclosure>{bi("合成教学案例，均为虚构。", "Composite teaching case; all invented.")}</disclosure>
<objectives>{both("objective", "An objective", ' id="o1" bloom="apply"')}</objectives>
{DATASET}
<opening decisionBy="2027-03-31" protagonist="周敏">{both("title", "The opening")}{both("p", "A paragraph")}</opening>
<section id="c2" role="evidence">{both("title", "The evidence")}{both("p", "Total")}<exhibit ref="e1"/><exhibit ref="e2"/>
<aside>{both("title", "An aside")}{both("p", "Elsewhere")}</aside></section>
<exhibits><exhibit id="e1" basis="synthetic"><title>{bi("三条线", "The lines")}</title><note>{bi("合成数据", "Synthetic data")}</note>
<table><col>{bi("线别", "Line")}</col><col align="n">{bi("分钟", "Minutes")}</col><row><c>{bi("甲线", "Line A")}</c><c><var ref="total" format="min"/></c></row></table></exhibit>
<exhibit id="e2" basis="synthetic"><title>{bi("停机", "Downtime")}</title><note>{bi("合成数据", "Synthetic data")}</note>
<chart kind="pareto"><query>SELECT line, sum(minutes) FROM log GROUP BY line</query>
<column name="line" type="text">{bi("线别", "Line")}</column><column name="minutes" type="integer" unit="min" format="int">{bi("分钟", "Minutes")}</column>
{both("alt", "What the chart says")}</chart></exhibit></exhibits>
<decisions start="d1"><state name="cash" format="wan" start="60">{bi("可用资金", "Cash")}</state>
<state name="stop" format="min" startRef="total">{bi("停机", "Downtime")}</state>
<decision id="d1" evidence="e1 e2">{both("prompt", "prompt one")}
{option("a", "1a", then="d2", effect='<effect state="cash" add="-18"/><effect state="stop" setRef="half"/>')}
{option("b", "1b", verdict="partial", then="d2", effect='<effect state="cash" add="-52"/>')}
{option("c", "1c", verdict="poor")}</decision>
<decision id="d2" evidence="e1">{both("prompt", "secret prompt two")}{option("a", "2a")}{option("b", "2b", verdict="poor")}</decision></decisions>
<reflection>{both("prompt", "A question for you", ' id="r1"')}{both("prompt", "Another question", ' id="r2"')}</reflection>
<epilogue>{both("p", "secret epilogue")}</epilogue>
<teachingNote><part role="synopsis">{both("p", "secret teaching note")}</part></teachingNote>
<sources/></case>"""


def number(
    name: str, ref: str, /, *, unit: str = "min", units: str = "min h", more: str = "", tolerance: str = "1%"
) -> str:
    return (
        f'<number id="{name}" points="10" objectives="o1" ref="{ref}" tolerance="{tolerance}" unit="{unit}" units="{units}"{more}>'
        f"{both('prompt', f'prompt {name}')}{both('hint', f'hint {name}')}"
        f'<misconception note="test:doubled" ref="twice">{both("feedback", f"secret feedback {name}")}</misconception>'
        f"{both('rationale', f'secret rationale {name}')}</number>"
    )


SINGLE = (
    f'<single id="s1" points="10" objectives="o1">{both("prompt", "prompt s1")}'
    f'<choice id="x" correct="true">{both("label", "choice x")}</choice>'
    f'<choice id="y" note="test:y">{both("label", "choice y")}{both("feedback", "secret feedback y")}</choice>'
    f'<choice id="z">{both("label", "choice z")}</choice>{both("rationale", "secret rationale s1")}</single>'
)
MULTIPLE = (
    f'<multiple id="m1" points="10" objectives="o2">{both("prompt", "prompt m1")}'
    f'<choice id="x" correct="true">{both("label", "choice mx")}</choice>'
    f'<choice id="y" correct="true">{both("label", "choice my")}</choice>'
    f'<choice id="z">{both("label", "choice mz")}{both("feedback", "secret feedback mz")}</choice>'
    f"{both('rationale', 'secret rationale m1')}</multiple>"
)
ORDER = (
    f'<order id="o-1" points="10" objectives="o2">{both("prompt", "prompt order")}'
    f'<step id="p">{both("label", "step p")}{both("feedback", "secret feedback p")}</step>'
    f'<step id="q" after="p">{both("label", "step q")}{both("feedback", "secret feedback q")}</step>'
    f'<step id="r" after="q">{both("label", "step r")}{both("feedback", "secret feedback r")}</step>'
    f"{both('rationale', 'secret rationale order')}</order>"
)

ESSAY = (
    '<essay id="plan" points="30" objectives="o1" shortest="20" longest="200" share="true">'
    f"{both('prompt', 'prompt plan')}"
    f'<criterion id="aim">{both("label", "criterion aim")}'
    f'<level id="none" points="0">{bi("没有", "aim none")}</level>'
    f'<level id="some" points="1">{bi("有", "aim some")}</level>'
    f'<level id="full" points="2">{bi("清楚", "aim full")}</level></criterion>'
    f'<criterion id="owner">{both("label", "criterion owner")}'
    f'<level id="no" points="0">{bi("没有", "owner no")}</level>'
    f'<level id="yes" points="1">{bi("有", "owner yes")}</level></criterion>'
    f"{both('rationale', 'secret rationale plan')}</essay>"
)

EXERCISE = f"""<exercise xmlns="{NAMESPACE}" id="test-exercise" version="1">{both("title", "The exercise")}
<intro>{both("p", "An introduction")}</intro>{DATASET}
<data table="log" rows="4">{both("title", "The data")}<note>{bi("合成数据", "Synthetic data")}</note></data>
<fact ref="share" format="percent1">{bi("占比", "Share")}</fact>
<task id="t1">{both("title", "Task one")}{number("q1", "half")}{number("q2", "quarter", more=' depends="q1"')}{SINGLE}</task>
<task id="t2">{both("title", "Task two")}{ORDER}</task></exercise>"""

ASSESSMENT = f"""<assessment xmlns="{NAMESPACE}" id="test-assessment" version="1">{both("title", "The assessment")}{both("lead", "The lead")}
{DATASET}<rules passMark="70" attempts="2"/>
<objectives>{both("objective", "Objective one", ' id="o1" bloom="apply"')}{both("objective", "Objective two", ' id="o2" bloom="apply"')}</objectives>
{number("q1", "half")}{number("q2", "quarter", more=' depends="q1"')}{SINGLE}{MULTIPLE}{ORDER}</assessment>"""


def texts(document: str, mark: str = "secret", /) -> list[str]:
    """Every text of a document that holds `mark`."""
    return re.findall(rf">([^<>]*{mark}[^<>]*)<", document)
