"""The findings as a plain text page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.budgets import Verdict
from benchmarks.measure import ACTIONS, Rounds, Spread
from benchmarks.results import Results

__all__ = ["write"]


def write(results: Results, verdicts: Sequence[Verdict], /) -> str:
    """The page."""
    parts = [
        "\n".join(f"{name}: {value}" for name, value in results.about.items()),
        *results.missing,
        f"Processor's time of the web worker, milliseconds: median (p10-p90)\n\n{_times(results, results.cpu)}",
        f"Time on the wall, milliseconds: median (p10-p90)\n\n{_times(results, results.wall)}",
        *(_ratios(results, peer) for peer in results.peers),
        f"Database statements, the host's own among them\n\n{_queries(results)}",
        f"Learner's page, bytes\n\n{_weights(results)}",
        f"Data\n\n{_data(results)}",
        f"Budgets\n\n{_budgets(verdicts)}",
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], /) -> str:
    """Columns as wide as they need: the first to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(pairs)
        ).rstrip()
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )


def _spread(spread: Spread, digits: int) -> str:
    return f"{spread.median:.{digits}f} ({spread.low:.{digits}f}-{spread.high:.{digits}f})"


def _times(results: Results, rounds: Rounds) -> str:
    return table(
        ("", *ACTIONS),
        (
            (results.labels[name], *(_spread(Spread.of(rounds[name][action]), 1) for action in ACTIONS))
            for name in (*results.ours, *results.peers)
        ),
    )


def _ratios(results: Results, peer: str) -> str:
    rows = (
        (results.labels[name], *(_spread(results.ratio(name, peer, action), 2) for action in ACTIONS))
        for name in results.ours
    )
    title = f"Processor's time as a multiple of {results.labels[peer]}'s: median (p10-p90) of the rounds"
    return f"{title}\n\n{table(('', *ACTIONS), rows)}"


def _queries(results: Results) -> str:
    return table(
        ("", *ACTIONS),
        (
            (results.labels[name], *(str(results.queries[name][action]) for action in ACTIONS))
            for name in (*results.ours, *results.peers)
        ),
    )


def _weights(results: Results) -> str:
    rows = []
    for name in (*results.ours, *results.peers):
        weight = results.weights[name]
        figures = (weight.html, weight.html_gz, weight.js, weight.js_gz, weight.css, weight.css_gz)
        files = " + ".join((str(weight.files), *weight.later))
        rows.append((results.labels[name], *(f"{figure:,}" for figure in figures), files, str(weight.elsewhere)))
    return table(("", "html", "gzip", "js", "gzip", "css", "gzip", "files", "other hosts"), rows)


def _data(results: Results) -> str:
    plain, guarded = results.query
    rows = [(f"build of {name}", f"{_spread(spread, 1)} ms") for name, spread in results.builds.items()]
    rows.append(("the data of case C1, from a child process", f"{_spread(results.behind, 1)} ms on the wall"))
    rows.append(("a query, plain", f"{_spread(plain, 3)} ms"))
    rows.append(("the same query as a learner's, in a child process", f"{_spread(guarded, 3)} ms"))
    answered, meanwhile, alone = results.crowd
    rows.append(("50 trainees' queries at once, until each is answered", f"{_spread(answered, 1)} ms on the wall"))
    rows.append(("the data of one more who begins meanwhile", f"{meanwhile.median:.1f} ms on the wall"))
    rows.append(("the same when nobody asks", f"{alone.median:.1f} ms on the wall"))
    if results.wheel:
        rows.append(("wheel without the case library", f"{results.wheel[0]:,} bytes"))
        rows.append(("case library in the wheel", f"{results.wheel[1]:,} bytes"))
    return table(("", "median (p10-p90)"), rows)


def _budgets(verdicts: Sequence[Verdict]) -> str:
    return table(
        ("", "found", "allowed", ""),
        (
            (each.what, f"{each.found:.2f}", f"{each.most:g} {each.unit}", "pass" if each.kept else "OVER")
            for each in verdicts
        ),
    )
