"""The command `keras`: arguments, output for people or as JSON, and exit codes.

0: done, nothing wrong. 1: `verify` found problems, `diff` differences. 2: the command could not be carried out.
`launch` ends with the exit code of the program.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from keras_cli import comparing, converting, inspecting, installed_backends, launching, starting, verifying

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(
    name="keras",
    help="Look at model files, convert, verify and compare them; see what is installed; begin and launch programs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_ROWS = 20  # of differences that are shown

File = Annotated[Path, typer.Argument(metavar="FILE", help="A file of a model or of weights, or a .keras folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Modules = Annotated[
    list[str] | None,
    typer.Option("--import", metavar="MODULE", help="A Python module of yours that defines custom classes."),
]


def main() -> None:
    """The command line of Keras, with the arguments of the process."""
    app()


@contextmanager
def _failing_with_a_message() -> Iterator[None]:
    """What is wrong with a file or an argument ends the command with its message, without a traceback."""
    try:
        yield
    except (OSError, ValueError, TypeError, ImportError) as error:
        typer.echo(f"keras: {error}", err=True)
        raise typer.Exit(2) from None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2))


def _table(title: str, columns: list[str], rows: list[list[str]], right: tuple[int, ...] = ()) -> None:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, 120)
    console.print(table)


@app.command("inspect")
def inspect(
    file: File,
    as_json: AsJson = False,
    arrays: Annotated[bool, typer.Option("--arrays", help="List every array of a model, too.")] = False,
) -> None:
    """Show what a file holds: layers, shapes, parameters, who wrote it, what it needs. Nothing of it is run."""
    with _failing_with_a_message():
        found = inspecting.inspect_file(file)
    if as_json:
        _print_json(found.as_json())
        return
    origin = ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in found.origin.items())
    typer.echo(f"{found.file}: {found.holds} in the format {found.format}" + (f" ({origin})" if origin else ""))
    if found.layers:
        rows = [
            ["  " * row.depth + row.name, row.class_name, _shape(row.input_shape), f"{row.parameters:,}"]
            for row in found.layers
        ]
        _table(f"{found.class_name} '{found.name}'", ["layer", "class", "input shape", "parameters"], rows, (3,))
    elif found.class_name:
        typer.echo(f"{found.class_name} '{found.name}', which says in code what its layers are")
    if arrays or not found.layers:
        listed = [[row.path, row.layer, _shape(row.shape), f"{row.bytes:,}"] for row in found.arrays]
        _table("Arrays", ["path", "of", "shape", "bytes"], listed, (3,))
    typer.echo(f"{found.parameters:,} parameters of {found.bytes:,} bytes; {found.state_bytes:,} bytes of an optimizer")
    for key, value in found.training.items():
        typer.echo(f"{key}: {value if isinstance(value, str) else json.dumps(value)}")
    if found.assets:
        typer.echo(f"files in it: {', '.join(found.assets)}")
    if found.needs:
        needs = [f"{name} ({'not installed' if version is None else version})" for name, version in found.needs.items()]
        typer.echo(f"needs: {', '.join(needs)}")
    if found.custom:
        typer.echo(f"and of your program: {', '.join(found.custom)}")


def _shape(shape: Any) -> str:
    if isinstance(shape, (list, tuple)) and all(size is None or isinstance(size, int) for size in shape):
        return "(" + ", ".join("?" if size is None else f"{size:,}" for size in shape) + ")"
    return "" if shape is None else json.dumps(shape)


@app.command("convert")
def convert(
    source: Annotated[Path, typer.Argument(metavar="A", help="The file to read.")],
    target: Annotated[Path, typer.Argument(metavar="B", help="The file to write; its ending names the format.")],
    model: Annotated[
        Path | None, typer.Option("--model", metavar="FILE", help="The model whose weights A holds, for weights alone.")
    ] = None,
    modules: Modules = None,
    weights: Annotated[bool, typer.Option("--weights", help="Write the weights of a model alone.")] = False,
    optimizer: Annotated[bool, typer.Option(help="Write what the model was compiled with, too.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    format: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="Export a program, as onnx or tf_saved_model.")
    ] = None,
) -> None:
    """Write what A holds to B, in another format; what the model predicts, where B is a program as an .onnx file."""
    with _failing_with_a_message():
        converting.convert(source, target, model, modules or (), weights, optimizer, force, format)
    typer.echo(f"Wrote {target}")


@app.command("verify")
def verify(
    file: File,
    modules: Modules = None,
    sha256: Annotated[str | None, typer.Option("--sha256", metavar="HEX", help="The hash that it shall have.")] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="How long loading may take.")] = 600,
    as_json: AsJson = False,
) -> None:
    """Load a file on NumPy in a process of its own, and check its hash and that its numbers are finite."""
    with _failing_with_a_message():
        found = verifying.verify(file, modules or (), sha256, seconds)
    if as_json:
        _print_json(found.as_json())
    else:
        for warning in found.warnings:
            typer.echo(f"warning: {warning}")
        for problem in found.problems:
            typer.echo(f"problem: {problem}")
        if not found.problems:
            typer.echo(f"{file}: {found.arrays} arrays, all finite" + (", and the model loads" if found.loaded else ""))
        if found.sha256 is not None:
            typer.echo(f"SHA-256 {found.sha256}")
    if found.problems:
        raise typer.Exit(1)


@app.command("diff")
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="A file of a model or of weights.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
    modules: Modules = None,
    tolerance: Annotated[float, typer.Option("--tolerance", min=0, help="By how much numbers may differ.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two files: configurations, and numbers by the largest difference."""
    with _failing_with_a_message():
        found = comparing.compare(first, second, modules or (), tolerance)
    if as_json:
        _print_json(found.as_json())
    elif found.same:
        typer.echo(f"The same: {found.compared} arrays")
    else:
        if found.config:
            rows = [[place, json.dumps(a), json.dumps(b)] for place, (a, b) in found.config.items()]
            _table("Configuration", ["place", str(first), str(second)], _shortened(rows))
        if found.arrays:
            _table("Arrays", ["path", "difference"], _shortened([[path, why] for path, why in found.arrays.items()]))
    if not found.same:
        raise typer.Exit(1)


def _shortened(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) <= _ROWS:
        return rows
    return [*rows[:_ROWS], [f"and {len(rows) - _ROWS} more: --json lists all", *[""] * (len(rows[0]) - 1)]]


@app.command("backends")
def backends(as_json: AsJson = False) -> None:
    """List the installed backends: versions, devices, and what they are known to fail."""
    with _failing_with_a_message():
        found = installed_backends.list_backends()
    if as_json:
        _print_json([one.as_json() for one in found])
        return
    if not found:
        typer.echo("No backend is installed. Programs need one, such as keras-backend-numpy.")
        raise typer.Exit(1)
    rows = [
        [
            one.name + (" (used)" if one.active else ""),
            "yes" if one.trains else "no",
            ", ".join(f"{name} {version or 'missing'}" for name, version in one.versions.items()),
            one.problem or ", ".join(one.devices),
            str(len(one.gaps)),
        ]
        for one in found
    ]
    _table("Backends", ["name", "trains", "runs on", "devices", "known gaps"], rows, (4,))


@app.command("new")
def new(
    task: Annotated[
        str | None, typer.Argument(metavar="[TASK]", help="What it shall do; without one, what there is.")
    ] = None,
    path: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where; TASK.py by default.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a program to begin with: it makes data, trains, saves, loads and predicts."""
    if task is None:
        if as_json:
            _print_json(starting.tasks())
        else:
            _table("Programs", ["task", "what it does"], [[name, text] for name, text in starting.tasks().items()])
        return
    with _failing_with_a_message():
        target = starting.start(task, path, force)
    if as_json:
        _print_json({"file": target})
    else:
        typer.echo(f"Wrote {target}. Run it: python {target}")


@app.command("launch", context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True})
def launch(
    program: Annotated[
        list[str],
        typer.Argument(metavar="PROGRAM [ARGUMENT]...", help="A file of Python, or -m MODULE."),
    ],
    processes: Annotated[int, typer.Option("-n", "--processes", min=1, help="How many processes.")] = 1,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Where rank 0 listens; a free port by default.")
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option("--threads", min=1, help="Threads of each; by default OMP_NUM_THREADS, or all share the cores."),
    ] = None,
) -> None:
    """Run a program in several processes on this machine: keras.distribution.initialize() joins them.

    They are started by the launcher of the backend's framework, such as torchrun, where it has one.
    """
    with _failing_with_a_message():
        code = launching.launch(program, processes, port, threads, launching.launcher_of_backend())
    raise typer.Exit(code)
