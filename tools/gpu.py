"""Tests and measures Keras on a machine that has an accelerator and its frameworks, but no network.

Where there is a network, `nox -s wheels` builds the wheels of this checkout and fetches the small packages that they
need into .nox/wheels. Copy the checkout with that folder to the machine, and there, with the Python that has the
frameworks:

    python tools/gpu.py

It installs the wheels into a fresh folder, changes nothing else, and runs on every backend whose framework is there:
its devices, the conformance kit, the tests and the benchmarks. It needs NumPy, pytest and a framework; what else is
absent is named, and the tests that need it are skipped. It ends with a table, writes gpu.json, gpu.md and gpu.log, and
fails if anything failed or no backend saw an accelerator.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from importlib.machinery import PathFinder
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable

TOOLS = Path(__file__).parent.resolve()
ROOT = TOOLS.parent
PARTS = ("device", "kit", "matrix", "benchmarks")
HELPERS = [Requirement("pytest-timeout"), Requirement("pytest-xdist")]  # used where they are
COMMON = (
    "keras-core",
    "keras-layers",
    "keras-optimizers",
    "keras-legacy",
    "keras-preprocessing",
    "keras-datasets",
    "keras-distillation",
    "keras-distribution",
    "keras-formats",
    "keras-quantization",
    "keras",
)
# Several processes share the accelerator: none may take its whole memory.
SHARING = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_FORCE_GPU_ALLOW_GROWTH": "true", "TF_CPP_MIN_LOG_LEVEL": "3"}
# The kit and the tests compare float32 with NumPy's, not a faster format of the same name.
EXACT = {"NVIDIA_TF32_OVERRIDE": "0", "JAX_DEFAULT_MATMUL_PRECISION": "highest"}
GRACE = 20  # seconds in which something told to end may write what it has


# ---------------------------------------------------------------------------- installing


def chosen(wheels: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The wheels to install, and which are left out.

    Ours are installed, except backends whose framework is not here; of the others, what is missing or too old
    and fits this Python.
    """
    tags = set(sys_tags())
    fitting = [path for path in sorted(wheels) if parse_wheel_filename(path.name)[3] & tags]
    found = {canonicalize_name(parse_wheel_filename(path.name)[0]): path for path in fitting}
    installed, left_out = [], []
    for path in filter(is_ours, fitting):
        lacks = [lack for lack in lacking(needs([path])) if not lack.held] if may_be_left_out(path) else []
        missing = [lack.requirement.name for lack in lacks if canonicalize_name(lack.requirement.name) not in found]
        if missing:
            left_out.append(f"{', '.join(missing)}: not installed, so {path.name.partition('-')[0]} is left out")
        else:
            installed.append(path)
    wanted = [*HELPERS, *needs(installed)]
    while wanted:
        names = dict.fromkeys(canonicalize_name(lack.requirement.name) for lack in lacking(wanted))
        more = [found[name] for name in names if name in found and found[name] not in installed]
        installed += more
        wanted = needs(more)
    return installed, left_out


def may_be_left_out(wheel: Path) -> bool:
    """Whether a wheel of ours is of a backend, or of a package that the tests here do without."""
    name = canonicalize_name(parse_wheel_filename(wheel.name)[0])
    return "[keras.backends]" in member(wheel, "entry_points.txt") or name not in COMMON


def member(wheel: Path, name: str) -> str:
    """The text of a file in a wheel's metadata, "" when there is none."""
    with zipfile.ZipFile(wheel) as archive:
        found = [entry for entry in archive.namelist() if entry.endswith(f".dist-info/{name}")]
        return archive.read(found[0]).decode("utf-8") if found else ""


def is_ours(wheel: Path) -> bool:
    """Whether a wheel is one of this repository's."""
    return wheel.name.partition("-")[0].partition("_")[0] == "keras"


def needs(wheels: Iterable[Path]) -> list[Requirement]:
    """What these wheels require besides each other, without extras."""
    found = []
    for path in wheels:
        head = member(path, "METADATA").partition("\n\n")[0].splitlines()
        found += [Requirement(line.partition(": ")[2]) for line in head if line.startswith("Requires-Dist: ")]
    others = [requirement for requirement in found if not requirement.name.startswith("keras")]
    return [r for r in others if not r.marker or r.marker.evaluate({"extra": ""})]


@dataclass(frozen=True)
class Lack:
    """A requirement that is not fulfilled.

    Attributes:
        requirement: what is asked for.
        held: the version that is installed, "" for none.
    """

    requirement: Requirement
    held: str

    def __str__(self) -> str:
        if not self.held:
            return f"{self.requirement.name}: not installed"
        return f"{self.requirement.name}: {self.held} is installed, {self.requirement.specifier} is asked for"


def lacking(requirements: Iterable[Requirement], path: list[str] | None = None) -> list[Lack]:
    """The requirements that nothing in these folders (`sys.path` when not given) fulfils."""
    found = [Lack(requirement, held(requirement.name, path)) for requirement in requirements]
    return [
        lack
        for lack in found
        if (not lack.requirement.specifier.contains(lack.held, True) if lack.held else not importable(lack, path))
    ]


def importable(lack: Lack, path: list[str] | None) -> bool:
    """Whether it is there all the same: a framework that was built here, or goes by another name."""
    return PathFinder.find_spec(lack.requirement.name.replace("-", "_"), path) is not None


def held(name: str, path: list[str] | None = None) -> str:
    """The version of a distribution that is installed in these folders, "" for none."""
    return next((found.version for found in distributions(name=name, path=path or sys.path)), "")


def install(wheels: list[Path], site: Path) -> None:
    """Puts wheels into a folder, by pip or, where there is none, by unpacking them."""
    site.mkdir(parents=True, exist_ok=True)
    if importlib.util.find_spec("pip"):
        options = ["--quiet", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"]
        command = [sys.executable, "-m", "pip", "install", *options, "--target", str(site), *map(str, wheels)]
        subprocess.run(command, check=True)
        return
    for path in wheels:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(site)
            (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        origin = {"url": path.resolve().as_uri(), "archive_info": {}}
        (site / metadata).with_name("direct_url.json").write_text(json.dumps(origin), encoding="utf-8")


# ---------------------------------------------------------------------------- running


@dataclass
class Row:
    """One line of the table."""

    part: str
    backend: str
    device: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problem: str = ""
    failures: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    def count(self, lines: Iterable[str]) -> None:
        """Takes its numbers from a tally, see `gpu_plugin.Tally`."""
        results = [json.loads(line) for line in lines]
        outcomes = {result["test"]: result for result in results}  # a failing teardown comes after its test
        total = Counter(result["outcome"] for result in outcomes.values())
        self.passed, self.failed, self.skipped = (total[key] for key in ("passed", "failed", "skipped"))
        self.failures = [f"{r['test']}: {r['reason']}" for r in outcomes.values() if r["outcome"] == "failed"]
        skips = [result["reason"] for result in outcomes.values() if result["outcome"] == "skipped"]
        self.reasons = dict(Counter(skips).most_common())

    @property
    def ok(self) -> bool:
        """Whether it did what it should."""
        return not self.failed and not self.problem


class Machine:
    """Runs commands with the installed wheels on the path and keeps what they say.

    Args:
        site: folder that the wheels were installed into.
        log: file that gets the output of all commands.
        minutes: for everything together.
    """

    def __init__(self, site: Path, log: Path, minutes: float) -> None:
        self.log = log
        self.end = time.monotonic() + 60 * minutes
        inherited = os.environ.get("PYTHONPATH")
        path = os.pathsep.join(filter(None, [str(site), str(TOOLS), inherited]))
        kept = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
        home = {"KERAS_HOME": str(site / "keras-home"), "MPLBACKEND": "Agg", "PYTHONUNBUFFERED": "1"}
        self.settings = {**kept, **SHARING, **home, "PYTHONPATH": path}

    def left(self, shares: int) -> float:
        """Seconds of one of so many parts that are still to come."""
        return max(0.0, self.end - time.monotonic()) / max(1, shares)

    def run(self, command: list[str], limit: float, **more: str) -> str:
        """Runs a command; "" or what went wrong."""
        with self.log.open("a", encoding="utf-8") as log:
            print("\n$", *command, file=log, flush=True)
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.settings, **more}, stdout=log, stderr=subprocess.STDOUT, **own_group()
            )
            try:
                code = process.wait(timeout=limit)
                return "" if code == 0 else f"exit status {code}"
            except subprocess.TimeoutExpired:
                interrupt(process)
                return f"not finished after {limit:.0f} s"
            finally:
                kill(process)

    def answer(self, *command: str, limit: float = 180) -> dict[str, Any]:
        """What a Python file says as a line of JSON, the last of its output; `{"error": ...}` otherwise."""
        words = [sys.executable, *command]
        try:
            done = subprocess.run(words, cwd=ROOT, env=self.settings, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return {"error": f"no answer after {limit:.0f} s"}
        with self.log.open("a", encoding="utf-8") as log:
            print("\n$", *words, done.stdout, done.stderr, sep="\n", file=log)
        if done.returncode:
            return {"error": (done.stderr.strip() or f"exit status {done.returncode}").rpartition("\n")[2]}
        return dict(json.loads(done.stdout.strip().rpartition("\n")[2]))


def own_group() -> dict[str, Any]:
    """Options by which a command and all it starts can be ended together."""
    return {"start_new_session": True} if os.name == "posix" else {}


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C for a command, and time to end in order."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            pass


def kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a command and what it has started, if it still runs."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if process.poll() is None:
        process.kill()
        process.wait()


# ---------------------------------------------------------------------------- what is there


@dataclass
class Seen:
    """A backend whose framework is there.

    Attributes:
        name: the backend's.
        package: the distribution that provides it.
        devices: their names, as the backend gives them.
        versions: of what the backend builds on.
    """

    name: str
    package: str
    devices: list[str]
    versions: dict[str, str]

    @property
    def accelerators(self) -> list[str]:
        """The devices that are no processors."""
        return [name for name in self.devices if not name.startswith("cpu")]

    @property
    def device(self) -> str:
        """The device that is used unasked."""
        return (self.accelerators or self.devices)[0]


def look(machine: Machine, wanted: list[str]) -> tuple[list[Seen], list[str], list[str]]:
    """The backends that work here, what others want for, and what went wrong.

    Args:
        machine: the machine to ask.
        wanted: names of backends; when empty, all that can train.
    """
    core = machine.answer(str(TOOLS / "gpu_probe.py"))
    if "error" in core:
        hint = "`nox -s wheels`, where there is a network, puts what Keras needs into the folder of wheels."
        return [], [], [f"Keras cannot be imported: {core['error']}. {hint}"]
    seen, absent, problems = [], [], []
    for name in wanted or core["trainers"]:
        answer = machine.answer(str(TOOLS / "gpu_probe.py"), name)
        if "error" in answer:
            problems.append(f"The {name} backend cannot be loaded: {answer['error']}")
        elif "absent" in answer:
            absent.append(f"{answer['absent']}: not installed, so the {name} backend is not run")
        else:
            seen.append(Seen(name, **answer))
    return seen, absent, problems


# ---------------------------------------------------------------------------- the parts


@dataclass
class Plan:
    """What is run, as the command line says."""

    quick: bool
    workers: int
    models: str
    expression: str
    output: Path
    path: list[str]


def run_part(part: str, backend: Seen, machine: Machine, plan: Plan, limit: float) -> Row:
    """One line of the table."""
    row = Row(part, backend.name, backend.device)
    start = time.monotonic()
    if part == "benchmarks":
        measure(row, machine, plan, limit)
    else:
        test(row, backend, machine, plan, limit)
    row.seconds = time.monotonic() - start
    return row


def test(row: Row, backend: Seen, machine: Machine, plan: Plan, limit: float) -> None:
    """Runs pytest and counts."""
    tally = plan.output / "tally.jsonl"
    tally.write_text("", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "gpu_plugin", "-p", "no:cacheprovider"]
    command += ["-W", "default"]  # the machine's framework may be of any age, and warn of what others do not
    if held("pytest-timeout", plan.path):
        command += ["--timeout=300"]
    if plan.workers > 1 and row.part != "device":
        command += ["-n", str(plan.workers)]
    if plan.expression:
        command += ["-k", plan.expression]
    settings = {"KERAS_BACKEND": backend.name, "KERAS_TALLY": str(tally)}
    exact = {} if row.part == "device" else EXACT
    row.problem = machine.run([*command, *test_arguments(row.part, backend, plan.quick)], limit, **settings, **exact)
    row.count(tally.read_text(encoding="utf-8").splitlines())
    tally.unlink()
    if row.failed and row.problem == "exit status 1":
        row.problem = ""  # pytest's way of saying that tests failed
    if not row.passed and not row.problem and not row.failed:
        row.problem = "no test passed"


def test_arguments(part: str, backend: Seen, quick: bool) -> list[str]:
    """What pytest is to run."""
    if part == "device":
        return ["tests/cross/test_accelerator.py"]
    if part == "kit":
        return ["--pyargs", "keras_conformance", "--keras-backend", backend.name]
    folders = [ROOT / "packages" / package / "tests" for package in (*COMMON, backend.package)]
    folders += [ROOT / "tests" / part for part in ("cross", "reports", "together")]
    found = [str(folder.relative_to(ROOT)) for folder in folders if folder.is_dir()]
    return [*(["-m", "not slow"] if quick else []), *found]


def measure(row: Row, machine: Machine, plan: Plan, limit: float) -> None:
    """Runs the benchmarks of one framework; every way of training a model that gave numbers has passed."""
    if not list((ROOT / "benchmarks" / "raw").glob(f"*_{row.backend}.py")):
        row.reasons = {"no loops by hand to compare with": 1}
        row.skipped = 1
        return
    folder = plan.output / f"benchmarks-{row.backend}"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "benchmarks/run.py", "--parts", "models"]
    command += ["--frameworks", row.backend, "--output", str(folder)]
    command += (
        ["--models", "small" if plan.quick and not plan.models else plan.models] if plan.quick or plan.models else []
    )
    command += ["--quick"] if plan.quick else []
    row.problem = machine.run(command, limit, **{f"KERAS_{row.backend.upper()}_PYTHON": sys.executable})
    if (folder / "results.json").exists():
        found = json.loads((folder / "results.json").read_text(encoding="utf-8")).get(row.backend, {})
        ways = {f"{model}, {way}": values for model, ways in found.items() for way, values in ways.items()}
        row.failures = [f"{name}: {values['error'][0]}" for name, values in ways.items() if "error" in values]
        row.failed = len(row.failures)
        row.passed = len(ways) - row.failed


# ---------------------------------------------------------------------------- what comes of it


def about_machine() -> dict[str, str]:
    """What it ran on."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    found["cores"] = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    if program := shutil.which("nvidia-smi"):
        query = [program, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
        done = subprocess.run(query, capture_output=True, text=True, timeout=60)
        found["gpu"] = "; ".join(done.stdout.splitlines())
    return found


def table(rows: list[Row]) -> list[list[str]]:
    """Lines of the table, its head first."""
    lines = [["part", "backend", "device", "passed", "failed", "skipped", "seconds", ""]]
    for row in rows:
        numbers = [str(row.passed), str(row.failed), str(row.skipped), f"{row.seconds:.1f}"]
        lines.append([row.part, row.backend, row.device, *numbers, row.problem])
    return lines


def as_text(lines: list[list[str]]) -> str:
    """The table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def as_markdown(lines: list[list[str]]) -> str:
    """The table as Markdown has it."""
    marked = [lines[0], ["---"] * len(lines[0]), *lines[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in marked)


def listed(title: str, entries: list[str]) -> str:
    """A titled list, "" when there is nothing in it."""
    return f"## {title}\n\n" + "".join(f"- {entry}\n" for entry in entries) + "\n" if entries else ""


def skips(rows: list[Row]) -> list[str]:
    """Why tests were skipped, and how many."""
    return [f"{row.part} {row.backend}: {count}: {reason}" for row in rows for reason, count in row.reasons.items()]


def failures(rows: list[Row]) -> list[str]:
    """What failed."""
    return [f"{row.part} {row.backend}: {failure}" for row in rows for failure in row.failures]


def page(machine: dict[str, str], seen: list[Seen], rows: list[Row], absent: list[str], problems: list[str]) -> str:
    """The report as Markdown, the pages of the benchmarks apart."""
    devices = [f"{b.name}: {', '.join(b.devices)} ({', '.join(map(' '.join, b.versions.items()))})" for b in seen]
    return (
        "# Keras on a machine with an accelerator\n\n"
        f"`tools/gpu.py` wrote this page. {', '.join(f'{key} {value}' for key, value in machine.items())}.\n\n"
        f"{as_markdown(table(rows))}\n\n"
        + listed("Devices", devices)
        + listed("Problems", problems)
        + listed("Failed", failures(rows))
        + listed("Absent", absent)
        + listed("Skipped", skips(rows))
    )


def verdict(seen: list[Seen], rows: list[Row], allow_cpu: bool) -> list[str]:
    """What is wrong with the run as a whole."""
    found = [f"{row.part} {row.backend}: {row.problem or f'{row.failed} failed'}" for row in rows if not row.ok]
    if not seen:
        found.append("No backend could be run.")
    elif not allow_cpu and not any(backend.accelerators for backend in seen):
        found.append("No backend saw an accelerator.")
    return found


# ---------------------------------------------------------------------------- the command


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/gpu.py", description=(__doc__ or "").partition("\n")[0])
    several = lambda text: [word for word in text.split(",") if word]
    parser.add_argument("--wheels", type=Path, default=ROOT / ".nox" / "wheels", help="what `nox -s wheels` left")
    parser.add_argument(
        "--output", type=Path, default=ROOT / ".nox" / "gpu", help="folder for gpu.json, gpu.md, gpu.log"
    )
    parser.add_argument("--backends", type=several, default=[], help="comma-separated; all that can train")
    parser.add_argument("--parts", type=several, default=list(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument("--models", default="", help="of the benchmarks, comma-separated")
    parser.add_argument("-k", dest="expression", default="", help="only tests that match, as pytest's -k")
    parser.add_argument("--quick", action="store_true", help="no slow tests, two turns of one benchmark")
    parser.add_argument(
        "--minutes", type=float, default=120, help="for everything; a part may use its share of the rest"
    )
    parser.add_argument("--workers", type=int, default=0, help="processes of pytest, if it has pytest-xdist")
    parser.add_argument("--allow-cpu", action="store_true", help="do not fail for want of an accelerator")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Runs everything; the exit status."""
    options = parse(arguments)
    wheels = sorted(options.wheels.rglob("*.whl"))
    if not any(map(is_ours, wheels)):
        print(f"There are no wheels in {options.wheels}: run `nox -s wheels` where there is a network, and copy them.")
        return 1
    output = options.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    (output / "gpu.log").write_text("", encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="keras-gpu-") as folder:
        return run(options, wheels, output, Path(folder))


def run(options: argparse.Namespace, wheels: list[Path], output: Path, site: Path) -> int:
    """Installs, looks, runs, reports."""
    installed, left_out = chosen(wheels)
    install(installed, site)
    path = [str(site), *sys.path]
    absent = {*left_out, *(str(lack) for lack in lacking(needs(filter(is_ours, installed)), path))}
    machine = Machine(site, output / "gpu.log", options.minutes)
    machine.settings["KERAS_WHEELS"] = str(options.wheels.resolve())  # where a test expects the packages to be from
    seen, without, problems = look(machine, options.backends)
    workers = (options.workers or min(4, (os.cpu_count() or 1) // 4)) if held("pytest-xdist", path) else 1
    plan = Plan(options.quick, workers, options.models, options.expression, output, path)
    jobs = [(part, backend) for part in PARTS if part in options.parts for backend in seen]
    rows = []
    for number, (part, backend) in enumerate(jobs):
        limit = machine.left(len(jobs) - number)
        print(f"{part}, {backend.name} on {backend.device}, at most {limit:.0f} s ...", flush=True)
        rows.append(run_part(part, backend, machine, plan, limit))
        for failure in rows[-1].failures[:20]:
            print("   failed:", failure, flush=True)
    problems += verdict(seen, rows, options.allow_cpu)
    report(output, seen, rows, sorted({*absent, *without}, key=str.lower), problems)
    return 1 if problems else 0


def report(output: Path, seen: list[Seen], rows: list[Row], absent: list[str], problems: list[str]) -> None:
    """Prints how it went, and writes it down."""
    about = about_machine()
    pages = {row.backend: output / f"benchmarks-{row.backend}" for row in rows if row.part == "benchmarks"}
    figures = {name: folder for name, folder in pages.items() if (folder / "results.json").exists()}
    text = page(about, seen, rows, absent, problems)
    for folder in figures.values():
        text += (folder / "RESULTS.md").read_text(encoding="utf-8").replace("\n#", "\n##").replace("# ", "## ", 1)
    (output / "gpu.md").write_text(text, encoding="utf-8")
    found = {
        "machine": about,
        "backends": {backend.name: asdict(backend) for backend in seen},
        "rows": [asdict(row) for row in rows],
        "absent": absent,
        "problems": problems,
        "benchmarks": {n: json.loads((f / "results.json").read_text(encoding="utf-8")) for n, f in figures.items()},
    }
    (output / "gpu.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    for folder in pages.values():
        shutil.rmtree(folder, ignore_errors=True)
    print("\n" + as_text(table(rows)))
    for title, entries in (("absent", absent), ("skipped", skips(rows)), ("wrong", problems)):
        if entries:
            print(f"\n{title}:", *entries, sep="\n  ")
    print(f"\nWritten: {output / 'gpu.md'}, gpu.json, gpu.log", flush=True)


if __name__ == "__main__":
    sys.exit(main())
