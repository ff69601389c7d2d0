"""Fuzzes every reader of files and configs: python fuzz.py [--runs N] [--minutes M] [--targets ...] [--folder F].

Prints a table of executions and findings by target, and fails if anything was found. `nox -s fuzz` runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SHARES = {
    "config": 0.2,
    "old config": 0.12,
    "yaml": 0.02,
    "archive": 0.08,
    "folder": 0.04,
    "weights.h5": 0.08,
    "shards": 0.12,
    "old model h5": 0.05,
    "old weights h5": 0.05,
    "safetensors": 0.14,
    "npz": 0.1,
}
WORKER = Path(__file__).with_name("worker.py")
_LEAST = 60  # seconds; a shorter round is not worth its start


def count_in(folder: Path) -> int:
    """The executions of a worker, also of one that has crashed."""
    try:
        return int.from_bytes((folder / "count").read_bytes()[:8], "little")
    except OSError:
        return 0


def run_worker(name: str, folder: Path, runs: int, seed: int, until: float) -> None:
    """Run a worker to its end, or to the end of the time."""
    with open(folder / "log.txt", "ab") as log:
        command = [sys.executable, WORKER, name, folder, str(runs), str(seed)]
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            process.wait(timeout=max(1.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def fuzz(name: str, folder: Path, runs: int, minutes: float, seed: int) -> tuple[int, list[str], float]:
    """Executions of a target, what was found, and seconds; a worker that crashes is followed by another one."""
    start = time.monotonic()
    until = start + 60 * minutes
    done, part = 0, len(list(folder.glob("[0-9]*")))
    while done < runs and time.monotonic() < until:
        own = folder / f"{part:03}"
        own.mkdir(parents=True)
        run_worker(name, own, runs - done, seed + part, until)
        count = count_in(own)
        done += count
        part += 1
        if not count:
            break
    findings = [
        str(p) for p in sorted(folder.glob("*/*")) if p.name.startswith(("finding-", "crash-", "timeout-", "oom-"))
    ]
    return done, [one for one in findings if not one.endswith(".txt")], time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1_000_000, help="executions of all targets together")
    parser.add_argument("--minutes", type=float, default=120, help="the most time that it takes")
    parser.add_argument("--targets", nargs="*", choices=SHARES, default=list(SHARES))
    parser.add_argument("--folder", type=Path, default=Path("fuzz-results"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    whole = sum(SHARES[name] for name in options.targets)
    left = 60 * options.minutes
    rows: dict[str, dict[str, Any]] = {
        name: {"executions": 0, "findings": [], "seconds": 0.0, "wanted": round(options.runs * SHARES[name] / whole)}
        for name in options.targets
    }
    print(f"{'target':<16} executions  findings  seconds", flush=True)
    # What a quick target leaves of its time goes to those that come after it, then to all that are not done.
    while left > _LEAST and (short := [name for name in rows if rows[name]["executions"] < rows[name]["wanted"]]):
        for place, name in enumerate(short):
            row, folder = rows[name], options.folder.resolve() / name.replace(" ", "_")
            fair = left / (len(short) - place)
            done, row["findings"], seconds = fuzz(
                name, folder, row["wanted"] - row["executions"], fair / 60, options.seed
            )
            left -= seconds
            row["executions"] += done
            row["seconds"] = round(row["seconds"] + seconds, 1)
            shown = f"{name:<16} {row['executions']:>10,}  {len(row['findings']):>8}  {row['seconds']:>7.0f}"
            print(shown, flush=True)
            (options.folder / "counts.json").write_text(json.dumps(rows, indent=1))
            if not done:
                raise SystemExit(f"{name} read nothing: see {folder}")
    found = [one for row in rows.values() for one in row["findings"]]
    print(f"{'together':<16} {sum(row['executions'] for row in rows.values()):>10,}  {len(found):>8}")
    for one in found:
        print(one)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
