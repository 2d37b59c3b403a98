"""An exercise and an assessment that ask for queries and for points of a chart, with a data set of two tables."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

from typing import Any

from dgxblock import lab
from dgxblock.content import read
from dgxblock.content.model import Assessment, Exercise, PointsItem, SqlItem
from dgxblock.lab import Sheet
from tests.builders.documents import NAMESPACE, bi, both

DATASET = f"""<dataset id="shop" seed="teaching" spdx="CC0-1.0">
<category code="L1">{bi("一号线", "Line 1")}</category><category code="L2">{bi("二号线", "Line 2")}</category>
<category code="L3">{bi("三号线", "Line 3")}</category>
<table name="shift_log" download="true"><label>{bi("班次记录", "Shift log")}</label>
<column name="day" type="integer" format="int">{bi("日", "Day")}</column>
<column name="line" type="text">{bi("线别", "Line")}</column>
<column name="changeovers" type="integer" format="int">{bi("本班换线次数", "Changeovers in the shift")}</column>
<column name="changeover_min" type="decimal" unit="min" format="dec1">{bi("本班换线用时", "Changeover time")}</column>
<select><![CDATA[
SELECT (i - 1) / 3 + 1 AS day, 'L' || ((i - 1) % 3 + 1) AS line, integer('c', i, 1, 8) AS changeovers,
  round(normal('m', i, 20 + 40 * ((i - 1) % 3), 5), 1) AS changeover_min
FROM n WHERE i <= 90
]]></select></table>
<table name="crew" download="true"><label>{bi("班组", "Crews")}</label>
<column name="line" type="text">{bi("线别", "Line")}</column>
<column name="name" type="text">{bi("组长", "Leader")}</column>
<select>SELECT 'L' || i AS line, 'P' || i AS name FROM n WHERE i &lt;= 2 UNION ALL SELECT 'L1', 'P9'</select></table>
<table name="answers"><label>{bi("不给看", "Not for learners")}</label>
<column name="secret" type="integer">{bi("密", "Secret")}</column><select>SELECT 42 AS secret</select></table>
<table name="weight"><label>{bi("锡膏", "Paste")}</label>
<column name="board" type="integer" format="int">{bi("组", "Group")}</column>
<column name="mean" type="decimal" format="dec1">{bi("均值", "Mean")}</column>
<select><![CDATA[
SELECT i AS board, round(uniform('w', i, 98.5, 101.5) + iif(i IN (7, 19), 12, 0) + iif(i = 12, 5, 0), 1) AS mean
FROM n WHERE i <= 24
]]></select></table>
<value name="low">SELECT 90</value><value name="mid">SELECT 100</value><value name="high">SELECT 107</value>
{both("rule", "A rule")}</dataset>"""

KEY = "SELECT line, sum(changeover_min) AS minutes FROM shift_log GROUP BY line ORDER BY minutes DESC"
FAN_OUT = "SELECT s.line, sum(changeover_min) AS minutes FROM shift_log AS s JOIN crew USING (line) GROUP BY s.line"
EVERY_SHIFT = "SELECT line, changeover_min AS minutes FROM shift_log"
STARTER = "SELECT line\nFROM shift_log"
SQL = (
    f'<sql id="q-min" points="10" objectives="o1" order="minutes">'
    f"<prompt>{bi('哪条线换线最久？结果有两列：line、minutes。', 'Which line takes longest? Two columns: line, minutes.')}</prompt>"
    f"{both('hint', 'hint sql')}<starter>{STARTER}</starter><key>{KEY}</key>"
    f'<misconception note="sql:every-shift"><key>{EVERY_SHIFT}</key>{both("feedback", "secret feedback shifts")}</misconception>'
    f'<misconception note="sql:fan-out"><key>{FAN_OUT}</key>{both("feedback", "secret feedback fan")}</misconception>'
    f"{both('rationale', 'secret rationale sql')}</sql>"
)
POINTS = (
    f'<points id="p-out" points="10" objectives="o1" lower="low" centre="mid" upper="high">'
    f"{both('prompt', 'prompt points')}<query>SELECT board, mean FROM weight ORDER BY board</query>"
    f'<column name="board" format="int">{bi("组", "Group")}</column>'
    f'<column name="mean" format="dec1">{bi("均值", "Mean")}</column>'
    f"<key>SELECT board FROM weight WHERE mean &gt; :high OR mean &lt; :low</key>"
    f'<misconception note="points:spec"><key>SELECT board FROM weight WHERE mean &gt; 103</key>'
    f"{both('feedback', 'secret feedback points')}</misconception>"
    f"{both('rationale', 'secret rationale points')}</points>"
)
EXERCISE = f"""<exercise xmlns="{NAMESPACE}" id="test-queries" version="1">{both("title", "Queries")}
<intro>{both("p", "An introduction")}</intro>{DATASET}
<data table="shift_log" rows="4">{both("title", "The data")}<note>{bi("合成数据", "Synthetic data")}</note></data>
<task id="t1">{both("title", "Task one")}{SQL}</task><task id="t2">{both("title", "Task two")}{POINTS}</task></exercise>"""
ASSESSMENT = f"""<assessment xmlns="{NAMESPACE}" id="test-query-test" version="1">{both("title", "The test")}{both("lead", "Lead")}
{DATASET}<rules passMark="70" attempts="2"/>
<objectives>{both("objective", "Objective one", ' id="o1" bloom="apply"')}</objectives>{SQL}{POINTS}</assessment>"""


def exercise(document: str = EXERCISE, /) -> Exercise:
    found = read.parse(document)
    assert isinstance(found, Exercise)
    return found


def sql_item(document: str = EXERCISE, /) -> SqlItem:
    return next(each for each in exercise(document).items if isinstance(each, SqlItem))


def points_item(document: str = EXERCISE, /) -> PointsItem:
    return next(each for each in exercise(document).items if isinstance(each, PointsItem))


def sheet(seed: str = "s", /) -> Sheet:
    return lab.build(exercise().dataset, seed)


def assessment() -> Assessment:
    found: Any = read.parse(ASSESSMENT)
    assert isinstance(found, Assessment)
    return found


def right_points(of: Sheet, /) -> list[str]:
    return [str(row[0]) for row in of.query("SELECT board FROM weight WHERE mean > :high OR mean < :low").rows]
