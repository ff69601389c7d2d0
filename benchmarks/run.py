"""Measures Keras beside hand-written loops and upstream Keras; writes benchmarks/RESULTS.md.

`nox -s benchmarks` makes the environments and runs this file. Options after `--`:

    --parts models layers       some of the parts of the page: models, layers, augmentation; the others stay as they are
    --models small,convnet      some of the models
    --frameworks jax,torch      some of the frameworks
    --repeats 7                 how often everything is timed, in turns
    --quick                     2 repeats, and no file is written
    --output folder             write RESULTS.md and results.json there, and nothing else, also after Ctrl-C

Every way of doing a thing has a process of its own; all are warmed up, then they take turns, so that a change in
the machine's load touches all alike. Figures are medians, with the lowest and highest beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import statistics
import subprocess
import tempfile
import threading
from pathlib import Path

import parts
import sides
from models import CASES

HERE = Path(__file__).parent
# The hand-written loops of each framework, and what else of ours runs beside its backend.
RAW = {
    "tensorflow": ("step", "xla-step", "epoch", "xla-epoch"),
    "jax": ("step", "epoch"),
    "torch": ("step", "one-thread"),
}
GUESTS = {"tensorflow": ("theano",)}
TOO_SLOW = {
    ("tensorflow", "convnet", "xla-epoch"): "minutes an epoch",
    ("tensorflow", "stacked", "xla-epoch"): "minutes an epoch",
    ("jax", "convnet", "epoch"): "minutes an epoch",
}
LATENCIES = ("train_on_batch", "predict_on_batch", "model(x)", "predict, one row")
WARM_UP_LIMIT, CALL_LIMIT = 300, 120


class Worker:
    """A process of worker.py, asked by lines."""

    def __init__(self, python: str, arguments: list[str], **settings: str) -> None:
        command = [python, str(HERE / "worker.py"), *arguments]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=sides.settings() | settings,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        """Passes answers on; an empty one when the process has ended."""
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def ask(self, what: str, limit: float = CALL_LIMIT) -> dict:
        """The answer, or what went wrong as {"error": ...}."""
        try:
            self.process.stdin.write(what + "\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=limit)
        except (OSError, queue.Empty):
            return {"error": f"no answer to {what} in {limit} s"}
        return json.loads(line) if line else {"error": "ended"}

    def close(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.wait()


def python_of(name: str) -> str:
    """The interpreter of a backend's environment, or of upstream's on it ("upstream-jax"); "" where there is none."""
    return os.environ.get(f"KERAS_{name.upper().replace('-', '_')}_PYTHON", "")


def workers(model: str, framework: str) -> dict[str, Worker]:
    """Every way of training one model, by the name it has in the tables."""
    found = {"ours": Worker(python_of(framework), ["keras", model], KERAS_BACKEND=framework)}
    for guest in filter(python_of, GUESTS.get(framework, ())):
        found[f"ours, {guest}"] = Worker(python_of(guest), ["keras", model], KERAS_BACKEND=guest)
    if upstream := python_of(f"upstream-{framework}"):
        found["upstream"] = Worker(upstream, ["keras", model], KERAS_BACKEND=framework)
    for variant in RAW[framework]:
        if (framework, model, variant) not in TOO_SLOW:
            found[f"raw {variant}"] = Worker(python_of(framework), ["raw", model, variant, framework])
    return found


def measure(model: str, framework: str, repeats: int) -> dict:
    """Everything about one model: name of the way -> quantity -> list of numbers."""
    found, running, title = {}, workers(model, framework), f"{framework}, {model}"
    try:
        for name in list(running):
            answer = running[name].ask("warm", WARM_UP_LIMIT)
            print(f"{title}: {name}: {answer}", flush=True)
            found[name] = {key: [value] for key, value in answer.items()}
            if "error" in answer:
                running.pop(name).close()
        for turn in range(repeats):
            for name in list(running):
                for what in ("fit", "latency", "predict"):
                    answer = running[name].ask(what)
                    for key, value in answer.items():
                        found[name].setdefault(key, []).append(value)
                    if "error" in answer:
                        print(f"{title}: {name}: {answer}", flush=True)
                        running.pop(name).close()
                        break
            print(f"{title}: turn {turn + 1} of {repeats}", flush=True)
    finally:
        for worker in running.values():
            worker.close()
    return found


def import_times(repeats: int) -> dict[str, list[float]]:
    """Seconds of `import keras` in a new process, by its own clock."""
    script = "import time; start = time.perf_counter(); import keras; print(time.perf_counter() - start)"
    found: dict[str, list[float]] = {}
    for _ in range(repeats + 1):
        for name, place in (("ours", "tensorflow"), ("upstream", "upstream-tensorflow")):
            if python := python_of(place):
                options = {"env": sides.settings("tensorflow", ours=name == "ours"), "stderr": subprocess.DEVNULL}
                done = subprocess.run([python, "-c", script], stdout=subprocess.PIPE, check=True, text=True, **options)
                found.setdefault(name, []).append(float(done.stdout))
    return {name: times[1:] for name, times in found.items()}


def ways() -> dict[str, tuple[str, str]]:
    """Every Keras that there is: its name in the tables -> (interpreter, backend)."""
    found = {f"ours, {name}": (python_of(name), name) for name in ("tensorflow", "theano", "jax", "torch")}
    found |= {f"upstream, {name}": (python_of(f"upstream-{name}"), name) for name in RAW}
    return {name: way for name, way in found.items() if way[0]}


def memory() -> dict[str, dict]:
    """What fit adds to a process's memory."""
    found = {}
    for name, (python, backend) in ways().items():
        worker = Worker(python, ["keras", "small"], KERAS_BACKEND=backend)
        worker.ask("warm", WARM_UP_LIMIT)
        found[name] = worker.ask("memory", WARM_UP_LIMIT)
        worker.close()
    return found


def first_calls() -> dict[str, dict]:
    """Seconds of the first fit of the convnet on Theano, with empty and with filled caches."""
    if not (python := python_of("theano")):
        return {}
    with tempfile.TemporaryDirectory() as folder:
        caches = {"PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor", "NUMBA_CACHE_DIR": f"{folder}/numba"}
        found = {}
        for name in ("cold", "warm"):
            worker = Worker(python, ["keras", "convnet"], KERAS_BACKEND="theano", **caches)
            found[name] = worker.ask("warm", WARM_UP_LIMIT)
            worker.close()
        return found


def many_layers(repeats: int) -> dict[str, list[float]]:
    """Seconds to build and compile 50 Dense layers, by name of the way."""
    found: dict[str, list[float]] = {}
    for _ in range(repeats):
        for name, (python, backend) in ways().items():
            worker = Worker(python, ["keras", "small"], KERAS_BACKEND=backend)
            found.setdefault(name, []).append(worker.ask("fifty", WARM_UP_LIMIT).get("seconds", float("nan")))
            worker.close()
    return found


# ---------------------------------------------------------------------------- the page of results


def median(values: list[float]) -> float:
    """Median of numbers."""
    return statistics.median(values)


def spread(values: list[float]) -> str:
    """Median and range: "1,200 (1,150-1,240)"."""
    digits = 0 if median(values) >= 100 else 2
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), median(values), max(values)))
    return f"{middle} ({low}-{high})"


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def best_raw(found: dict, quantity: str, choose=max) -> tuple[str, float]:
    """The hand-written way that is best at something, and its median."""
    raw = {name: median(values[quantity]) for name, values in found.items() if "raw" in name and quantity in values}
    name = choose(raw, key=raw.get, default="")
    return name, raw.get(name, float("nan"))


def fit_table(results: dict) -> str:
    """Samples a second of fit."""
    rows = []
    for model, found in results.items():
        name, best = best_raw(found, "samples/s")
        for way, values in found.items():
            if "samples/s" in values:
                rate = values["samples/s"]
                first = values["first fit, s"][0]
                ratio = f"{median(rate) / best:.2f}"
                rows.append(
                    [CASES[model].title, way, spread(rate), ratio + (" (best)" if way == name else ""), f"{first:.1f}"]
                )
            else:
                rows.append([CASES[model].title, way, values["error"][0], "", ""])
    return table(["model", "way", "samples/s (range)", "of the best raw loop", "first fit or epoch, s"], rows)


def others(results: dict) -> list[str]:
    """The ways of ours and upstream's in these results, in order."""
    return list(dict.fromkeys(way for found in results.values() for way in found if "raw" not in way))


def latency_table(results: dict) -> str:
    """Microseconds of single calls, beside the fastest compiled call."""
    rows = []
    for model, found in results.items():
        for quantity in LATENCIES:
            _, best = best_raw(found, quantity, min)
            row = [CASES[model].title, quantity, f"{best:,.0f}"]
            for way in others(results):
                values = found.get(way, {}).get(quantity)
                row.append(f"{spread(values)}, {median(values) - best:+,.0f}" if values else "")
            rows.append(row)
    return table(["model", "call", "raw, µs", *(f"{way}, µs" for way in others(results))], rows)


def predict_table(results: dict) -> str:
    """Rows a second of predict without a batch size."""
    rows = []
    for model, found in results.items():
        _, best = best_raw(found, "rows/s")
        cells = [spread(found[way]["rows/s"]) if "rows/s" in found.get(way, {}) else "" for way in others(results)]
        rows.append([CASES[model].title, f"{best:,.0f}", *cells])
    return table(["model", "raw, all rows in one call", *others(results)], rows)


def machine() -> str:
    """What it was measured on."""
    name = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        name = next(
            (line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), name
        )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, {platform.system()} {platform.machine()}"


def accelerators(about: dict) -> str:
    """Which accelerators the backends saw."""
    seen = {device for values in about.values() for device in values.get("devices", "").split()}
    others = sorted(device for device in seen if not device.startswith("cpu"))
    if others:
        return f"Accelerators: {', '.join(others)}."
    return "No accelerator was at hand: nothing here ran on one (`nox -s gpu` measures there)."


def section(framework: str, results: dict) -> str:
    """Everything about one framework."""
    left_out = [f"{v} of {m} ({why})" for (f, m, v), why in TOO_SLOW.items() if f == framework and m in results]
    note = f"\nNot measured: the hand-written {', '.join(left_out)}.\n" if left_out else ""
    return f"""## {framework}: fit

{fit_table(results)}
{note}
## {framework}: single calls

After each range: by how much the median lies above (+) or below (-) the fastest raw compiled call.

{latency_table(results)}

## {framework}: predict, no batch size named, rows a second

{predict_table(results)}
"""


def versions_table(about: dict) -> str:
    """What is measured."""
    versions = [[name, ", ".join(f"{k} {v}" for k, v in values.items())] for name, values in about.items()]
    return table(["which", "versions"], versions)


def page(results: dict, repeats: int, extras: dict[str, dict], about: dict) -> str:
    """The part of RESULTS.md about models."""
    imports = [[name, spread(times)] for name, times in extras["import"].items()]
    fifty = [[name, spread(times)] for name, times in extras["fifty"].items()]
    memories = [[name, *(f"{value:,.0f}" for value in values.values())] for name, values in extras["memory"].items()]
    caches = [[name, f"{values.get('first fit, s', float('nan')):.1f}"] for name, values in extras["first"].items()]
    held = ["which", "data, MB", "first fit adds, MB", "its peak, MB", "5 more calls of 2 epochs add, MB"]
    sections = "\n".join(section(framework, found) for framework, found in results.items())
    return f"""## Models

`nox -s benchmarks -- --parts models`. {machine()}. {accelerators(about)}

{versions_table(about)}

Medians and ranges of {repeats} interleaved repeats after warm-up; float32, Adam, the `fit` call that a user would
write, with default callbacks. Raw loops shuffle, compute loss and accuracy and train on the remainder batch too.
Single calls are timed after as many steps as a backend needs to settle how it compiles them (`settle` in `models.py`).

{sections}
## import keras, s

{table(["which", "seconds"], imports)}

## 50 Dense layers built and compiled, s

{table(["which", "seconds"], fifty)}

## Memory of fit

{table(held, memories)}

## First fit of the convnet on Theano

{table(["cache", "seconds"], caches)}
"""


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(prog="nox -s benchmarks --")
    parser.add_argument("--parts", nargs="+", default=list(parts.PARTS), choices=parts.PARTS)
    parser.add_argument("--models", default=",".join(CASES))
    parser.add_argument("--frameworks", default=",".join(filter(python_of, RAW)))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    repeats = 2 if options.quick else options.repeats
    about = {}
    for name, (python, backend) in ways().items():
        worker = Worker(python, ["keras", "small"], KERAS_BACKEND=backend)
        about[name] = worker.ask("about")
        worker.close()
    if options.parts != ["models"]:
        folder = options.output or (None if options.quick else HERE)
        single_parts(options, repeats, folder, about)
    if "models" not in options.parts:
        return
    results: dict[str, dict] = {}
    extras: dict[str, dict] = {"import": {}, "fifty": {}, "memory": {}, "first": {}}
    try:
        for framework in options.frameworks.split(","):
            for model in options.models.split(","):
                results.setdefault(framework, {})[model] = measure(model, framework, repeats)
        extras["import"] = import_times(repeats)
        extras["fifty"] = many_layers(min(repeats, 3))
        extras["memory"] = memory()
        extras["first"] = first_calls()
    except KeyboardInterrupt:
        if not options.output:
            raise
        print("Ended early; what is there is written.", flush=True)
    text = page(results, repeats, extras, about)
    print(text)
    if options.output:
        write(text, results, options.output, options.output)
    elif not options.quick:
        write(text, results, HERE, HERE / "output")


def single_parts(options: argparse.Namespace, repeats: int, folder: Path | None, about: dict) -> None:
    """Measures the other parts than `models`, and writes each as soon as it is there."""
    frameworks = options.frameworks.split(",")
    frameworks += [guest for one in frameworks for guest in GUESTS.get(one, ())]
    pythons = {name: python_of(name) for one in frameworks for name in (one, f"upstream-{one}")}
    makers = {"layers": parts.layers, "augmentation": parts.pictures}
    for part, make in makers.items():
        if part not in options.parts:
            continue
        accelerated = any("gpu" in values.get("devices", "") for values in about.values())
        text = make(pythons, repeats, versions_table(about), machine(), accelerated)
        print(text)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "RESULTS.md"
            page_text = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
            path.write_text(parts.put(page_text, part, text), encoding="utf-8")


def write(text: str, results: dict, page_folder: Path, raw_folder: Path) -> None:
    """The page, and all numbers beside it or apart."""
    raw_folder.mkdir(parents=True, exist_ok=True)
    path = page_folder / "RESULTS.md"
    before = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    path.write_text(parts.put(before, "models", text), encoding="utf-8")
    (raw_folder / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
