"""The benchmark's stand with our own blocks, a round or two, so that it goes on working; the peers are not needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import budgets, content, data, measure, report, run, stand, subjects, weights
from benchmarks.measure import ACTIONS, Spread
from benchmarks.results import Results
from benchmarks.weights import Weight

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tables() -> None:
    stand.prepare()


def results(**changes: object) -> Results:
    """Findings about one block of ours and one peer."""
    weight = Weight(
        html=5000, html_gz=1600, js=20_000, js_gz=5000, css=10_000, css_gz=3000, files=2, elsewhere=0, later=()
    )  # fmt: skip
    times = {
        "mine": {action: [1.0, 2.0, 30.0] for action in ACTIONS},
        "peer": {action: [4.0, 4.0, 60.0] for action in ACTIONS},
    }
    found: dict[str, object] = {
        "about": {"Rounds": "3"}, "labels": {"mine": "Mine", "peer": "Peer"}, "ours": ("mine",), "peers": ("peer",),
        "missing": (), "cpu": times, "wall": times, "queries": {name: dict.fromkeys(ACTIONS, 2) for name in times},
        "weights": dict.fromkeys(times, weight), "builds": {"180 rows": Spread(20, 19, 21)},
        "query": (Spread(1, 1, 1), Spread(3, 3, 3)), "behind": Spread(50, 40, 60), "wheel": (240_000, 300_000),
        "crowd": (Spread(90, 20, 180), Spread(60, 60, 60), Spread(50, 50, 50)),
    }  # fmt: skip
    return Results(**{**found, **changes})  # type: ignore[arg-type]


def test_our_blocks_are_measured_and_reported_without_the_peers() -> None:
    said: list[str] = []
    found = run.everything(rounds=2, say=said.append, build_wheel=False)
    assert len(found.ours) == 5 and all(len(found.cpu[name][action]) == 2 for name in found.ours for action in ACTIONS)
    assert all(took > 0 for each in (found.cpu, found.wall) for name in found.ours for took in each[name]["submit"])
    text = report.write(found, budgets.check(found))
    assert "exercise of case C1" in text and "5,000 rows x 12 draws" in text and "Python" in found.about["What"]
    assert len(json.dumps(found.plain())) > 1000 and said
    for name in found.ours:
        assert found.queries[name]["view"] <= 3 and found.queries[name]["submit"] <= 10


def test_a_peer_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects.Capa, "distribution", "no-such-distribution")
    with pytest.raises(subjects.Missing, match="CAPA is left out: no-such-distribution is not installed here"):
        subjects.peer(subjects.Capa)


def test_what_a_block_refuses_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = next(each for each in subjects.ours() if isinstance(each, subjects.Paper))
    monkeypatch.setattr(paper, "request", lambda learner, page: ("submit", "", subjects.post({"a": {}, "nonce": "x"})))
    with pytest.raises(RuntimeError, match="400"):
        measure.visit(paper, "1")


def test_work_that_earns_nothing_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    practice = next(each for each in subjects.ours() if isinstance(each, subjects.Practice))
    monkeypatch.setattr(content, "answers", lambda document, seed: {"s1": "latest"})
    with pytest.raises(RuntimeError, match="grade"):
        measure.visit(practice, "1")


def test_every_file_of_our_page_is_weighed_and_comes_from_here() -> None:
    weight = weights.weigh(subjects.ours()[0], "1")
    public = Path(stand.__file__).parents[1] / "dgxblock/static/public"
    assert (weight.js, weight.css) == tuple((public / name).stat().st_size for name in ("dgx.js", "dgx.css"))
    assert (weight.files, weight.elsewhere, weight.later) == (2, 0, ())


def test_ratios_are_taken_within_a_round() -> None:
    assert results().ratio("mine", "peer", "view").median == 0.5  # of 0.25, 0.5 and 0.5: the slow round hit both


def test_a_budget_is_kept_up_to_its_edge() -> None:
    kept = {each.what: each.kept for each in budgets.check(results())}
    assert all(kept.values()) and "Mine: view, of Peer" in kept and "wheel without the library" in kept
    over = {each.what for each in budgets.check(results(wheel=(250_001, 0))) if not each.kept}
    assert over == {"wheel without the library"}
    assert "OVER" in report.write(results(), budgets.check(results(wheel=(250_001, 0))))


def test_a_guarded_query_gives_what_a_plain_one_gives() -> None:
    plain, guarded = data.queries(3)
    assert 0 < plain.median <= guarded.median


def test_a_crowd_is_answered_to_the_last() -> None:
    answered, meanwhile, alone = data.crowd(8)
    assert 0 < answered.low <= answered.high and meanwhile.median > 0 and alone.median > 0
