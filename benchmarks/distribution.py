"""`DataParallel` beside plain `fit`, beside sharded steps by hand, and the bytes that processes send.

    python benchmarks/distribution.py overhead [MODEL ...]    one device: CPU time of `fit` with and without
    python benchmarks/distribution.py beside [MODEL ...]      two processes: time beside a loop by hand
    python benchmarks/distribution.py bytes [MODEL ...]       2 and 4 processes: bytes sent in a step, and stored

On JAX, where the loop by hand is a sharded `jit`, or with `--backend torch` on PyTorch, where it trains the same module
by `DistributedDataParallel`; on TensorFlow nothing is compared by hand. What is compared takes turns in the same
processes; numbers are medians of `--repeats`. By hand, data and weights are on every process's device, and each step
computes its part of the batch (`benchmarks/raw`). Bytes are those that the kernel has counted on the loopback device;
with `--split` processes store parts of the weights, along the first axis that they divide.
"""

from __future__ import annotations

import argparse
import importlib
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = sys.argv[sys.argv.index("--backend") + 1] if "--backend" in sys.argv else "jax"

import numpy as np
from models import CASES

sys.path.insert(0, str(Path(__file__).with_name("raw")))
BACKEND = os.environ["KERAS_BACKEND"]
STEPS = {"small": 400, "mlp": 60, "convnet": 8, "transformer": 16}


def data_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Whole batches of a model's data."""
    case = CASES[name]
    x, y = case.data()
    count = min(STEPS[name] * case.batch, len(x) // case.batch * case.batch)
    return x[:count], y[:count]


def compiled(name: str) -> Any:
    """The model, compiled."""
    from worker import build

    model = build(name)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def in_turns(calls: list[Any], repeats: int) -> list[tuple[float, float]]:
    """Median seconds of each call, after two to warm up: those of the clock, and those of the processor."""
    times: list[list[tuple[float, float]]] = [[] for _ in calls]
    for turn in range(repeats + 2):
        for call, found in zip(calls, times, strict=True):
            start = time.perf_counter(), time.process_time()
            call()
            if turn >= 2:
                found.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return [tuple(map(statistics.median, zip(*found, strict=True))) for found in times]


def overhead(names: list[str], repeats: int) -> None:
    """CPU time of `fit` with `DataParallel` on one device, as a share of that without."""
    from keras import distribution

    for name in names:
        x, y = data_of(name)
        plain = compiled(name)
        with distribution.DataParallel(devices=distribution.list_devices()[:1]).scope():
            spread = compiled(name)
        batch = CASES[name].batch
        calls = [lambda one=one, x=x, y=y, batch=batch: one.fit(x, y, batch, verbose=0) for one in (plain, spread)]
        (_, alone), (_, over) = in_turns(calls, repeats)
        steps = len(x) // batch
        print(f"{name}: {alone / steps * 1e6:,.0f} us a step, DataParallel {over / alone:.3f} of it", flush=True)


def by_hand_in_torch(name: str) -> Any:
    """The loop of `benchmarks/raw` over this process's half of each batch, its gradients reduced by PyTorch."""
    import torch
    from torch.nn.parallel import DistributedDataParallel

    x, y = data_of(name)
    rank, size = torch.distributed.get_rank(), torch.distributed.get_world_size()
    loop = importlib.import_module(f"{name}_torch").make("step", (x, y), CASES[name].batch)

    class Module(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.values = torch.nn.ParameterList(loop.parameters)

        def forward(self, x: Any) -> Any:
            return forward(list(self.values), x)

    forward = loop.forward
    module = Module()
    parallel = DistributedDataParallel(module)
    loop.optimizer = torch.optim.Adam(module.parameters(), 1e-3, (0.9, 0.999), 1e-7, fused=True)
    loop.forward = lambda _, x: parallel(x)
    update, part = loop.update, CASES[name].batch // size
    tensor, order = loop.tensor, loop.random

    class Half:
        """The same order in all processes, of whose batches this one takes its rows."""

        @staticmethod
        def permutation(rows: int) -> np.ndarray:
            found = order.permutation(rows).reshape(-1, size, part)
            return np.ascontiguousarray(found[:, rank].reshape(-1))

    loop.random, loop.batch, loop.update, loop.tensor = Half, part, update, tensor
    return loop


def by_hand(name: str) -> Any:
    """The loop of `benchmarks/raw`, its data and state on a mesh of all devices and its batches split."""
    if BACKEND == "torch":
        return by_hand_in_torch(name)
    import jax
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    x, y = data_of(name)
    loop = importlib.import_module(f"{name}_jax").make("step", (x, y), CASES[name].batch)
    mesh = Mesh(np.array(jax.devices()), ("batch",))
    rows, whole = NamedSharding(mesh, PartitionSpec("batch")), NamedSharding(mesh, PartitionSpec())

    def put(value: Any) -> Any:
        array = np.asarray(value)
        return jax.make_array_from_callback(array.shape, whole, lambda index: array[index])

    loop.x, loop.y = put(loop.x), put(loop.y)
    loop.state = jax.tree.map(put, loop.state)
    update = loop.update

    def split(state: Any, x: Any, y: Any) -> Any:
        place = jax.lax.with_sharding_constraint
        return update(state, place(x, rows), place(y, rows))

    loop.update = split
    return loop


def beside(names: list[str], repeats: int) -> None:
    """In each of the processes: epochs of `fit` and of the loop by hand, in turns."""
    from keras import distribution, utils

    distribution.initialize()
    rank = distribution.DataParallel().process_id
    distribution.set_distribution(distribution.DataParallel())
    for name in names:
        utils.set_random_seed(1)
        x, y = data_of(name)
        model, loop, batch = compiled(name), by_hand(name), CASES[name].batch
        calls = [lambda loop=loop: loop.fit(1), lambda: model.fit(x, y, batch, verbose=0)]  # noqa: B023
        hand, ours = in_turns(calls, repeats)
        if rank == 0:
            step = [seconds / (len(x) // batch) * 1e3 for seconds in hand]
            shares = [one / other for one, other in zip(hand, ours, strict=True)]
            print(
                f"{name}: by hand {step[0]:.2f} ms a step and {step[1]:.2f} of the processor, fit at {shares[0]:.3f} "
                f"and {shares[1]:.3f} of its speed",
                flush=True,
            )


def sent() -> int:
    """Bytes that have gone through the loopback device, all processes together."""
    for line in Path("/proc/net/dev").read_text().splitlines():
        if line.strip().startswith("lo:"):
            return int(line.split()[9])
    raise RuntimeError("/proc/net/dev lists no loopback device.")


def splitting(model: Any, count: int) -> Any:
    """A distribution that splits each weight of a model along the first axis that so many processes divide."""
    from keras import distribution

    layouts = distribution.LayoutMap(distribution.DeviceMesh((1, count), ["batch", "model"]))
    for weight in model.weights:
        places = [place for place, size in enumerate(weight.shape) if size % count == 0]
        if places:
            layouts[weight.path] = tuple("model" if place == places[0] else None for place in range(len(weight.shape)))
    return distribution.ModelParallel(layout_map=layouts, batch_dim_name="batch")


def stored(model: Any) -> int:
    """Bytes of the model's and its optimizer's variables that this process stores."""
    from keras_core import backend as backends

    backend = backends.active()
    read = getattr(backend, "read_part", backend.read)
    variables = dict.fromkeys([*model.variables, *model.optimizer.variables])
    return sum(backend.numpy(read(variable.storage)).nbytes for variable in variables)


def count_bytes(names: list[str], repeats: int, split: bool) -> None:
    """Bytes a step of `fit`: those of an epoch less those of an epoch of half as many steps."""
    from keras import distribution, utils

    distribution.initialize()
    spread = distribution.DataParallel()
    processes = spread.num_processes
    for name in names:
        utils.set_random_seed(1)
        x, y = data_of(name)
        distribution.set_distribution(None)
        model, batch = compiled(name), CASES[name].batch
        distribution.set_distribution(splitting(model, processes) if split else spread)
        half = len(x) // batch // 2 * batch
        model.fit(x, y, batch, verbose=0)
        model.fit(x[:half], y[:half], batch, verbose=0)
        found = []
        for _ in range(repeats):
            begin = sent()
            model.fit(x, y, batch, verbose=0)
            middle = sent()
            model.fit(x[:half], y[:half], batch, verbose=0)
            found.append(((middle - begin) - (sent() - middle)) / ((len(x) - half) // batch))
        if spread.process_id == 0:
            weights = sum(int(np.prod(w.shape)) * 4 for w in model.trainable_weights)
            ring = 2 * (processes - 1) * weights
            moved = statistics.median(found)
            print(
                f"{name}, {processes} processes: {weights:,} bytes of weights, {moved:,.0f} sent a step, "
                f"{moved / ring:.2f} of a ring's {ring:,}; each process stores {stored(model):,} bytes of variables",
                flush=True,
            )


def started(command: str, given: argparse.Namespace, processes: int) -> None:
    """Run a command of this script in several processes, and wait for them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    running = []
    for rank in range(processes):
        told = {
            "KERAS_DISTRIBUTION_JOB_ADDRESSES": address,
            "KERAS_DISTRIBUTION_NUM_PROCESSES": str(processes),
            "KERAS_DISTRIBUTION_PROCESS_ID": str(rank),
        }
        line = [sys.executable, __file__, command, *given.models, "--repeats", str(given.repeats), "--backend", BACKEND]
        line += ["--split"] * given.split
        running.append(subprocess.Popen(line, env={**os.environ, **told}))
    if any([one.wait() for one in running]):
        raise SystemExit(f"{command} failed with {processes} processes")


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["overhead", "beside", "bytes"])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--backend", default="jax", choices=["jax", "tensorflow", "torch"])
    parser.add_argument("--split", action="store_true", help="store weights in parts, for `bytes`")
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    given.models = given.models or ["small", "mlp", "convnet", "transformer"]
    if given.what == "beside" and BACKEND == "tensorflow":
        parser.error("there is no loop by hand for two processes of TensorFlow")
    if given.what == "overhead":
        overhead(given.models, given.repeats)
    elif "KERAS_DISTRIBUTION_PROCESS_ID" in os.environ:
        if given.what == "beside":
            beside(given.models, given.repeats)
        else:
            count_bytes(given.models, given.repeats, given.split)
    else:
        for processes in (2,) if given.what == "beside" else (2, 4):
            started(given.what, given, processes)


if __name__ == "__main__":
    main()
