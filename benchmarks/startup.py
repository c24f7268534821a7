"""Start-up time and memory of one score, beside importing numpy and Typer alone.

    python -m benchmarks.startup [--python PYTHON] [--runs 5]

Run it with the Python of an environment into which the package was installed by pip, whose modules
are byte-compiled. Commands alternate, so that a noisy machine disturbs all alike; medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

BARE = ["-c", "import numpy, typer"]
MAIN = "from moderation.cli import main; main()"
COMMANDS = {
    "python -c 'import numpy, typer'": BARE,
    "moderation --help": ["-c", MAIN, "--help"],
    "moderation score --text": ["-c", MAIN, "score", "--text", "You are an idiot and a liar."],
    "moderation score --text --explain": [
        "-c", MAIN, "score", "--explain", "--text", "You are an idiot and a liar."
    ],
}  # fmt: skip


def run(python: str, arguments: list[str]) -> tuple[float, float]:
    """Wall time in seconds and peak resident memory in MB of one run."""
    start = time.perf_counter()
    process = subprocess.Popen([python, *arguments], stdout=subprocess.DEVNULL, cwd="/")
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(options.runs):
        for name, arguments in COMMANDS.items():
            measured[name].append(run(options.python, arguments))
    bare = statistics.median(seconds for seconds, _ in measured[next(iter(COMMANDS))])
    print(f"{'command':<36}{'seconds':>9}{'ratio':>7}{'peak MB':>9}")
    for name, runs in measured.items():
        seconds = statistics.median(s for s, _ in runs)
        print(f"{name:<36}{seconds:>9.3f}{seconds / bare:>7.2f}{max(m for _, m in runs):>9.1f}")


if __name__ == "__main__":
    main()
