"""The Open MPI library that CNTK asks for, as a stub: with one process nothing of it is ever used.

CNTK's libraries need the sonames `libmpi.so.12` and `libmpi_cxx.so.1` of an Open MPI that is long gone. The stub has
every symbol of it that they leave undefined: functions do nothing and return 0, data are zeroed bytes.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LIBRARIES = ("libmpi.so.12", "libmpi_cxx.so.1")
_OURS = re.compile(r"^(MPI_|ompi_|_ZN?K?.*3MPI)")
_DATA = re.compile(r"^(ompi_mpi_(?!cxx)|_ZTV|_ZTI)")
_SIZES = """
int MPI_Comm_size(void *group, int *count) { *count = 1; return 0; }
int MPI_Comm_rank(void *group, int *rank) { *rank = 0; return 0; }
"""


def undefined_symbols(libraries: Iterable[Path]) -> list[str]:
    """Names of Open MPI that shared libraries leave undefined, sorted.

    Args:
        libraries: their files.
    """
    found = set[str]()
    for library in libraries:
        command = ["nm", "-D", "--undefined-only", str(library)]
        lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        found |= {line.split()[-1].split("@")[0] for line in lines if line.strip()}
    return sorted(name for name in found if _OURS.match(name))


def source_of(symbols: Iterable[str]) -> str:
    """The stub's source in C.

    Args:
        symbols: what it has to define.

    Example:
        >>> print(source_of(["MPI_Barrier", "ompi_mpi_int"]).splitlines()[-2])
        int MPI_Barrier(void) { return 0; }
    """
    names = [name for name in symbols if f"{name}(" not in _SIZES]
    lines = [f"char {name}[1024];" if _DATA.match(name) else f"int {name}(void) {{ return 0; }}" for name in names]
    return _SIZES + "\n".join(lines) + "\n"


def build(symbols: Iterable[str], compiler: str, folder: Path) -> None:
    """Compile the stub into both libraries.

    Args:
        symbols: what it has to define.
        compiler: a C compiler.
        folder: where they are put.

    Raises:
        subprocess.CalledProcessError: when the compiler fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "mpi_stub.c")
        source.write_text(source_of(symbols))
        for library in LIBRARIES:
            options = ["-shared", "-fPIC", "-w", f"-Wl,-soname,{library}"]
            command = [compiler, *options, "-o", str(folder / library), str(source)]
            subprocess.run(command, capture_output=True, text=True, check=True)
