"""The charts are those of the interface reference, computed instead of drawn by hand."""

from __future__ import annotations

from dgxblock import charts
from tests.builders.charts import LINES, LOSSES, VOLUME, drawn, reference


def test_the_factors_of_three_lines() -> None:
    svg = charts.factors(
        "e2",
        LINES,
        title="三条线的综合效率（OEE）及其三个因子",
        desc="一号线OEE 58.3%，时间开动率67.4%，"
        "性能89.3%，一次合格率96.9%；二号线72.0%，81.2%，90.6%，97.8%；三号线73.1%，88.2%，88.7%，93.5%。",
        lang="zh-CN",
    )

    assert drawn(svg) == reference("factors.zh")


def test_the_pareto_of_downtime_in_whatever_order_the_data_come() -> None:
    for rows in (LOSSES, LOSSES[::-1]):
        svg = charts.pareto(
            "e3",
            rows,
            title="一号线30天停机时间（帕累托图）",
            desc="换线10,742分钟，占83.2%；故障1,327分钟，累计93.4%；待料847分钟，累计100%。",
            lang="zh-CN",
        )

        assert drawn(svg) == reference("pareto.zh")


def test_the_run_chart_in_chinese() -> None:
    svg = charts.run(
        "e4",
        VOLUME,
        title="锡膏体积运行图（40组，每组5片的均值）",
        desc="前28组在95%至108%之间波动，没有明显方向；从第29组起多数点在104%以上，最高112.1%。",
        lang="zh-CN",
        unit="%",
        point="第{n}组",
        target=100,
        low=91,
        high=114,
    )

    assert drawn(svg) == reference("run.zh")


def test_the_run_chart_in_english() -> None:
    svg = charts.run(
        "e4",
        VOLUME,
        title="Run chart of solder-paste volume (means of 40 subgroups of 5)",
        desc="Subgroups 1 to 28 vary between 95% and 108% without direction; from 29 on most lie above 104%, "
        "the highest at 112.1%.",
        lang="en",
        unit="%",
        target=100,
        low=91,
        high=114,
    )

    assert drawn(svg) == reference("run.en")


def test_the_control_chart_of_the_result() -> None:
    svg = charts.control(
        "q7",
        VOLUME,
        title="锡膏体积的X̄控制图（40组，每组5片）",
        desc="控制限由第1至25组算出：上限107.95%，中心线100.68%，下限93.41%。第29、31、36至40组超出上限。",
        lower=93.41,
        centre=100.68,
        upper=107.95,
        base=25,
        unit="%",
        point="第{n}组",
    )

    assert drawn(svg) == reference("control.zh")


def test_the_four_measures_before_and_after_a_decision() -> None:
    svg = charts.pairs(
        "d1",
        [
            charts.Pair("一号线OEE", 0.583, 0.677, "percent1"),
            charts.Pair("换线停机，分钟/月", 10742.2, 6445.3, relative=True),
            charts.Pair("产量，件/月", 79428, 92218),
            charts.Pair("可用资金，万元", 60, 42),
        ],
        title="决定前后的四项指标",
        desc="一号线OEE由58.3%升至67.7%；换线停机由每月10,742分钟降至6,445分钟；产量由每月79,428件升至92,218件；"
        "可用资金由60万元降至42万元。",
        lang="zh-CN",
    )

    assert drawn(svg) == reference("pairs.zh")


def test_the_choices_of_the_class() -> None:
    svg = charts.choices(
        "d1c",
        [("甲　快速换线（您的选择）", 24), ("乙　视觉检测", 11), ("丙　加贴片机", 3)],
        title="同班学员的选择",
        desc="甲24人，占63%；乙11人，占29%；丙3人，占8%。",
        lang="zh-CN",
        chosen=0,
    )

    assert drawn(svg) == reference("choices.zh")


def test_the_points_by_objective() -> None:
    rows = [
        charts.Share("计算OEE，说出损失落在哪里", 45 / 45, "45 / 45", accent=True),
        charts.Share("用帕累托图说明钱先花在哪里", 26 / 35, "26 / 35", accent=True),
        charts.Share("判断控制图上的变化", 14 / 20, "14 / 20", accent=True),
    ]
    svg = charts.shares(
        "r1",
        rows,
        title="三个学习目标的得分",
        desc="计算OEE并定位损失100%；用帕累托图排先后74%；判断控制图70%。",
    )

    assert drawn(svg) == reference("shares.zh")


def test_the_funnel_of_a_course() -> None:
    svg = charts.funnel(
        "s1",
        [
            ("报名", 300),
            ("读完案例", 276),
            ("完成练习", 251),
            ("参加测评", 232),
            ("测评通过", 205),
            ("证书签发", 188),
        ],
        title="从报名到领证的人数",
        desc="报名300人，读完案例276人，完成练习251人，参加测评232人，通过205人，证书签发188人。",
        lang="zh-CN",
    )

    assert drawn(svg) == reference("funnel.zh")
