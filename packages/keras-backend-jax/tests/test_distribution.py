"""Arrays on a mesh of the one device there is; on several, see tests/together and tests/distributed.

Covers: distribution.py.
"""

import socket
from dataclasses import dataclass
from types import SimpleNamespace

import jax
import numpy as np
import pytest
from jax.sharding import PartitionSpec
from keras_backend_jax import BACKEND, distribution, storage
from keras_core.backend import Distributes, distributed_by


@dataclass(frozen=True)
class Mesh:
    shape: tuple[int, ...] = (1,)
    axis_names: tuple[str, ...] = ("batch",)
    name: str = "cpu:0"

    @property
    def devices(self) -> np.ndarray:
        return np.array([self.name]).reshape(self.shape)


@dataclass(frozen=True)
class Layout:
    axes: tuple[str | None, ...]
    device_mesh: Mesh = Mesh()


SPREAD = SimpleNamespace(
    device_mesh=Mesh(), get_data_layout=lambda shape: Layout(("batch", *[None] * (len(shape) - 1)))
)


def test_the_backend_is_an_engine() -> None:
    assert isinstance(BACKEND, Distributes) and BACKEND.shares_programs
    assert (BACKEND.rank(), BACKEND.size()) == (0, 1)
    assert "cpu:0" in BACKEND.all_devices("cpu")
    assert BACKEND.exchange(b"all") == [b"all"]
    assert BACKEND.reduce([1, 2], "sum") == [1, 2]


def test_values_are_placed_by_layout() -> None:
    layout = Layout(("batch", None))
    sharding = distribution.sharding_of(layout)
    assert sharding.spec == PartitionSpec("batch")
    placed = BACKEND.place(np.ones((2, 3), "int64"), layout)
    assert placed.sharding == sharding and placed.dtype == np.int64
    assert BACKEND.place(placed, layout) is placed
    assert BACKEND.place(jax.numpy.ones((2, 3)), layout).sharding == sharding
    assert jax.jit(lambda x: BACKEND.place(x, layout))(placed).sharding == sharding
    np.testing.assert_array_equal(BACKEND.gather(BACKEND.place_batch(np.eye(2, dtype="float32"), layout)), np.eye(2))


def test_a_cell_keeps_its_layout() -> None:
    layout = Layout((None,))
    cell = BACKEND.create_by_layout(np.zeros(2, "float32"), "v", True, layout)
    assert cell.sharding == distribution.sharding_of(layout)
    BACKEND.write([(cell, jax.numpy.ones(2))])
    assert cell.value.sharding == cell.sharding
    BACKEND.lay_out(cell, None)
    assert cell.sharding is None and np.array(cell.value).tolist() == [1, 1]
    assert not isinstance(cell.value.sharding, type(distribution.sharding_of(layout)))
    storage.lay_out(cell, distribution.sharding_of(layout))
    assert cell.value.sharding == cell.sharding


def test_batches_are_split_where_their_rows_can_be() -> None:
    assert distribution.batch_sharding((4, 3)) is None  # no distribution is active
    with distributed_by(SPREAD):
        assert distribution.batch_sharding((4, 3)).spec == PartitionSpec("batch")
        assert distribution.batch_sharding((0, 3)) is None
        assert distribution.batch_sharding(()) is None
        (rows,) = distribution.spread([np.ones((4, 3), "float32")])
        assert isinstance(rows, jax.Array) and rows.sharding.spec == PartitionSpec("batch")
        assert distribution.for_all(rows) is rows  # one process reads all


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"no device 'cpu:77' here\. The devices are: cpu:0"):
        distribution.mesh_of(Mesh(name="cpu:77"))


def test_a_second_group_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax.distributed, "is_initialized", lambda: True)
    with pytest.raises(RuntimeError, match="joined a job already"):
        BACKEND.join("localhost:1", 2, 0, 1.0)


def test_what_jax_says_of_a_failed_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise RuntimeError("address in use")

    monkeypatch.setattr(jax.distributed, "initialize", refused)
    with pytest.raises(RuntimeError, match=r"process 1 of 2 at localhost:1: address in use\. Start all 2 processes"):
        BACKEND.join("localhost:1", 2, 1, 1.0)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RuntimeError, match=rf"Port {port} is used.*process 0 of 2 at localhost:{port}"):
            BACKEND.join(f"localhost:{port}", 2, 0, 1.0)
