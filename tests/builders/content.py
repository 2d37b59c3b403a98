"""Small content documents that hold one of everything; tests change a word of them to plant a fault."""

from __future__ import annotations

from pathlib import Path

from dgxblock.content.safe import NAMESPACE

BI = '<t xml:lang="zh-CN">中文</t><t xml:lang="en">English</t>'


def bi(zh: str = "中文", en: str = "English", /) -> str:
    """Both languages of an element; the arguments are XML."""
    return f'<t xml:lang="zh-CN">{zh}</t><t xml:lang="en">{en}</t>'


DATASET = f"""<dataset xmlns="{NAMESPACE}" id="small-data" seed="small:v1" spdx="CC0-1.0">
  <category code="L1">{bi("一号线", "Line 1")}</category>
  <table name="log" download="true">
    <label>{BI}</label>
    <column name="day" type="integer" format="int">{BI}</column>
    <column name="stop" type="decimal" unit="min" format="dec1">{BI}</column>
    <select><![CDATA[
      SELECT i AS day, 1.5 * i AS stop
      FROM n
      WHERE i < 4
    ]]></select>
  </table>
  <value name="planned" unit="min" format="int">SELECT 660</value>
  <value name="oee" unit="%" format="percent1">SELECT 0.5 + :planned / 10000.0</value>
  <value name="good" unit="min" format="dec1">SELECT :planned * :oee</value>
  <rule>{bi("每天停机一分半的倍数。", "Each day stops for a multiple of 1.5 minutes.")}</rule>
</dataset>
"""

CASE = f"""<case xmlns="{NAMESPACE}" id="small" version="2" kind="composite" status="draft">
  <meta>
    <title>{bi("小案例", "A small case")}</title>
    <lead>{BI}</lead>
    <sector scheme="GB/T 4754-2017" code="C3982">{BI}</sector>
    <size scheme="MIIT-2011-300" class="small" employees="180" revenueWanYuan="9500"/>
    <region code="441900">{bi("东莞", "Dongguan")}</region>
    <stage>pilot</stage>
    <maturity scheme="MIIT-SME-2024" before="1" after="2"><scene code="S06" before="1" after="3"/></maturity>
    <technology>mes</technology>
    <workload readMinutes="25" labMinutes="60" level="core"/>
    <contributor role="author">N. N.</contributor>
    <licence text="CC-BY-SA-4.0" data="CC0-1.0"/>
    <date>2026-11-23</date>
  </meta>
  <disclosure>{bi("本案例为合成教学案例。", "A composite teaching case.")}</disclosure>
  <objectives>
    <objective id="O1" bloom="apply">{BI}</objective>
  </objectives>
  <dataset href="dataset.xml"/>
  <opening decisionBy="2027-03-31" protagonist="production manager">
    <title>{BI}</title>
    <p>{bi('OEE是<claim basis="synthetic"><var ref="oee"/></claim>。', 'OEE is <var ref="oee"/>.')}</p>
  </opening>
  <section id="firm" role="company">
    <title>{BI}</title>
    <p>{BI}</p>
    <exhibit ref="e1"/>
    <aside>
      <title>{BI}</title>
      <p>{bi('<claim src="S1">85%</claim>', '<claim src="S1">85%</claim>')}</p>
      <note>{BI}</note>
    </aside>
  </section>
  <exhibits>
    <exhibit id="e1" basis="synthetic">
      <title>{bi("产线", "The line")}</title>
      <note>{bi("合成数据", "Synthetic data")}</note>
      <table>
        <col>{BI}</col><col align="n">{BI}</col>
        <row><c>{bi("一号线", "Line 1")}</c><c>18 s</c></row>
        <row><c>OEE</c><c><var ref="oee" format="percent0"/></c></row>
      </table>
    </exhibit>
    <exhibit id="e2" basis="synthetic">
      <title>{BI}</title>
      <note>{bi("合成数据", "Synthetic data")}</note>
      <chart kind="run" target="100" unit="%">
        <query>SELECT day, stop FROM log WHERE stop &lt; :planned</query>
        <column name="day" format="int">{BI}</column>
        <column name="stop" format="dec1">{BI}</column>
        <alt>{BI}</alt>
      </chart>
    </exhibit>
  </exhibits>
  <decisions start="d1">
    <state name="money" format="wan" start="60">{BI}</state>
    <state name="oee" format="percent1" startRef="oee">{BI}</state>
    <decision id="d1" evidence="e1 e2">
      <prompt>{BI}</prompt>
      <option id="a" verdict="best" next="d2">
        <label>{BI}</label>
        <detail>{BI}</detail>
        <path>{BI}</path>
        <consequence><title>{BI}</title><p>{BI}</p></consequence>
        <why><p>{BI}</p></why>
        <effect state="money" add="-18"/>
        <effect state="oee" setRef="oee"/>
      </option>
      <option id="b" verdict="poor">
        <label>{BI}</label>
        <detail>{BI}</detail>
        <path>{BI}</path>
        <consequence><title>{BI}</title><p>{BI}</p></consequence>
        <why><p>{BI}</p></why>
        <effect state="money" set="0"/>
      </option>
    </decision>
    <decision id="d2">
      <prompt>{BI}</prompt>
      <option id="a" verdict="best">
        <label>{BI}</label>
        <detail>{BI}</detail>
        <path>{BI}</path>
        <consequence><title>{BI}</title><p>{BI}</p></consequence>
        <why><p>{BI}</p></why>
      </option>
      <option id="b" verdict="partial">
        <label>{BI}</label>
        <detail>{BI}</detail>
        <path>{BI}</path>
        <consequence><title>{BI}</title><p>{BI}</p></consequence>
        <why><p>{BI}</p></why>
      </option>
    </decision>
  </decisions>
  <reflection><prompt id="r1">{BI}</prompt></reflection>
  <epilogue><p>{BI}</p></epilogue>
  <teachingNote><part role="synopsis"><p>{BI}</p></part></teachingNote>
  <sources>
    <source id="S1" type="press" accessed="2025-11-23" published="2024-05-17" verified="excerpt">
      <title>A report</title>
      <publisher>A newspaper</publisher>
      <url>https://example.org/report</url>
    </source>
  </sources>
</case>
"""

_BY_COUNT = (
    """<misconception note="pareto:by-count"><key>SELECT 'y' UNION ALL SELECT 'x'</key>"""
    f"<feedback>{BI}</feedback></misconception>"
)
ITEMS = f"""<number id="q-oee" points="2" objectives="O1" ref="oee" tolerance="0.5pp" unit="%" units="% min">
      <prompt>{bi("算一算OEE", "Compute the OEE")}</prompt>
      <hint>{BI}</hint>
      <given ref="planned">{BI}</given>
      <misconception note="oee:planned-time" ref="planned"><feedback>{BI}</feedback></misconception>
      <rationale>{bi('是<var ref="oee"/>', 'It is <var ref="oee"/>')}</rationale>
    </number>
    <number id="q-next" points="1" objectives="O1" ref="good" tolerance="2%" unit="min" depends="q-oee">
      <prompt>{BI}</prompt>
      <rationale>{BI}</rationale>
    </number>
    <single id="q-one" points="1" objectives="O1">
      <prompt>{BI}</prompt>
      <choice id="a" correct="true"><label>{BI}</label></choice>
      <choice id="b" note="loss:by-count"><label>{BI}</label><feedback>{BI}</feedback></choice>
      <choice id="c"><label>{BI}</label></choice>
      <rationale>{BI}</rationale>
    </single>
    <multiple id="q-many" points="1" objectives="O1">
      <prompt>{BI}</prompt>
      <choice id="a" correct="true"><label>{BI}</label></choice>
      <choice id="b" correct="true"><label>{BI}</label></choice>
      <choice id="c"><label>{BI}</label></choice>
      <rationale>{BI}</rationale>
    </multiple>
    <order id="q-steps" points="1" objectives="O1">
      <prompt>{BI}</prompt>
      <step id="film"><label>{BI}</label></step>
      <step id="sort" after="film"><label>{BI}</label><feedback>{BI}</feedback></step>
      <rationale>{BI}</rationale>
    </order>
    <order id="q-pareto" points="1" objectives="O1">
      <prompt>{BI}</prompt>
      <step id="x"><label>{BI}</label></step>
      <step id="y"><label>{BI}</label></step>
      <key>SELECT 'x' UNION ALL SELECT 'y'</key>
      {_BY_COUNT}
      <rationale>{BI}</rationale>
    </order>"""

EXERCISE = f"""<exercise xmlns="{NAMESPACE}" id="small-oee" version="1">
  <title>{bi("算OEE", "Compute OEE")}</title>
  <eyebrow>{BI}</eyebrow>
  <intro><p>{BI}</p></intro>
  <dataset href="dataset.xml"/>
  <data table="log" rows="2"><title>{BI}</title><note>{BI}</note></data>
  <fact ref="planned" format="min">{BI}</fact>
  <task id="t1">
    <title>{BI}</title>
    {ITEMS}
  </task>
</exercise>
"""

ASSESSMENT = f"""<assessment xmlns="{NAMESPACE}" id="small-test" version="1">
  <title>{bi("测评", "Assessment")}</title>
  <lead>{BI}</lead>
  <dataset href="dataset.xml"/>
  <rules passMark="70" attempts="2" minutes="40"/>
  <objectives>
    <objective id="O1" bloom="apply">{BI}</objective>
  </objectives>
    {ITEMS}
</assessment>
"""

DOCUMENTS = {"case": CASE, "exercise": EXERCISE, "assessment": ASSESSMENT}
"""By kind, as they lie in a folder."""


def whole(document: str, /) -> str:
    """The document with the data set in place, as blocks keep it, on lines of its own."""
    return document.replace('<dataset href="dataset.xml"/>', DATASET.strip())


def write_folder(folder: Path, /, **changed: str) -> Path:
    """Write a case's folder; `changed` gives other text for ``case``, ``dataset``, ``exercise``, ``assessment``."""
    names = {
        "case": "case.xml",
        "exercise": "exercise-oee.xml",
        "assessment": "assessment.xml",
        "dataset": "dataset.xml",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in {**DOCUMENTS, "dataset": DATASET, **changed}.items():
        (folder / names[kind]).write_text(text, encoding="utf-8")
    return folder
