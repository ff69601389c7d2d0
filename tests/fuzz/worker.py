"""Fuzzes one target in one process, with atheris: python worker.py TARGET FOLDER RUNS SEED.

FOLDER gets what was found and the number of executions. A crash, or an input that never ends, ends the process; the
input is kept by the fuzzer.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"
sys.path.insert(0, str(Path(__file__).parent))

import atheris

INSTRUMENTED = [
    *(f"keras_core.saving.{name}" for name in ("archive", "files", "folder", "functional_config", "hdf5_strings")),
    *(f"keras_core.saving.{name}" for name in ("op_nodes", "reader", "serialization", "shards", "weights")),
    *("keras_formats.npz", "keras_formats.safetensors", "keras_legacy.yaml_config"),
    *(f"keras_legacy.hdf5.{name}" for name in ("conversion", "model", "upgrade", "weights")),
]
with atheris.instrument_imports(include=INSTRUMENTED, enable_loader_override=False):
    for _name in INSTRUMENTED:
        importlib.import_module(_name)

import targets  # noqa: E402
import watch  # noqa: E402
from keras_core.config import set_loading_limits  # noqa: E402

sys.dont_write_bytecode = True  # a file that Python keeps of a module would look as one that a reader wrote
MEMORY = 64 << 20  # what a config alone may ask for


def main(name: str, folder: Path, runs: int, seed: int) -> None:
    set_loading_limits(memory=MEMORY, steps=20_000, config_lists=100_000, config_bytes=8 << 20)
    shm = Path("/dev/shm")
    work = Path(tempfile.mkdtemp(prefix="keras-fuzz-", dir=shm if shm.is_dir() else None)).resolve()
    watching = watch.Watch(folder, work)
    target = targets.TARGETS[name](watching, work)
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    seeds = target.seeds()
    if not seeds:
        raise SystemExit(f"{name} has nothing to begin with")
    for number, content in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(content)
        target.read(content)

    def mutator(content: bytes, most: int, seed: int) -> bytes:
        draw = random.Random(seed)
        return target.changed(content, draw, lambda data: atheris.Mutate(data, max(len(data), 1)))[:most]

    options = [f"-runs={runs}", f"-seed={seed}", "-timeout=60", "-rss_limit_mb=4096", "-max_len=1000000"]
    options += [f"-artifact_prefix={folder}/", "-print_final_stats=0", "-verbosity=0", "-len_control=0", "-reload=0"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.read, custom_mutator=mutator)
    atheris.Fuzz()


main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
