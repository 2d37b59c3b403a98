"""``python -m benchmarks [--rounds N] [--json FILE] [--strict]``: compare, print, and say which budgets hold.

``--regrade N`` marks N attempts again instead, and prints how long that took. ``--delivery N`` delivers N results.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="new learners at each block (40)")
    parser.add_argument("--json", type=Path, help="also write everything that was measured to this file")
    parser.add_argument("--regrade", type=int, metavar="N", help="instead: mark N attempts at C1's assessment again")
    parser.add_argument("--delivery", type=int, metavar="N", help="instead: deliver N results to a registry, many ways")
    parser.add_argument("--strict", action="store_true", help="fail if a budget is exceeded")
    parser.add_argument(
        "--load",
        choices=("demo", "peers"),
        help="instead: 300 trainees at the demo, or at one block after another",
    )
    wishes = parser.parse_args()
    if wishes.load:
        from benchmarks.load import __main__ as load

        written = ["--json", str(wishes.json)] if wishes.json else []
        return load.main([*(["--peers"] if wishes.load == "peers" else []), *written])
    if wishes.rounds < 1:
        parser.error("--rounds must be at least 1")
    with tempfile.TemporaryDirectory(prefix="dgxblock-bench-") as home:
        os.environ |= {
            "DGX_BENCH_HOME": home, "DGXBLOCK_LAB_DIR": home, "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        }  # fmt: skip
        import django

        logging.disable(logging.WARNING)  # blocks tell their host about every event
        django.setup()

        from django.core.management import call_command
        from django.db import connection

        from benchmarks import budgets, delivery, regrade, report, run, stand
        from dgxblock import lab

        call_command("migrate", run_syncdb=True, verbosity=0)
        stand.prepare()
        lab.start()
        try:
            if wishes.regrade:
                found = regrade.measure(wishes.regrade)
                print(regrade.report(found), end="")
                return int(wishes.strict and not found.kept)
            if wishes.delivery:
                print(delivery.report(delivery.measure(wishes.delivery)), end="")
                return 0
            results = run.everything(rounds=wishes.rounds, say=lambda text: print(text, file=sys.stderr, flush=True))
        finally:
            os.kill(lab.status()["pid"], signal.SIGTERM)
            connection.close()
    verdicts = budgets.check(results)
    print(report.write(results, verdicts), end="")
    if wishes.json:
        plain = results.plain() | {"budgets": [vars(each) | {"kept": each.kept} for each in verdicts]}
        wishes.json.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    return int(wishes.strict and not all(each.kept for each in verdicts))


if __name__ == "__main__":
    sys.exit(main())
