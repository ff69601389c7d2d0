"""Which distribution is active, and what a mesh needs; the engines are tested with keras-distribution."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from keras_core.backend.distribution import (
    active_distribution,
    check_mesh,
    computes_parts,
    computing_parts,
    distributed_by,
    engine_of,
    set_distribution,
)


def test_a_scope_is_of_its_context_and_the_other_of_the_process():
    seen = []
    try:
        set_distribution("wide")
        with distributed_by("scoped"):
            assert active_distribution() == "scoped"
            thread = threading.Thread(target=lambda: seen.append(active_distribution()))
            thread.start()
            thread.join()
            with distributed_by(None):
                assert active_distribution() is None
        assert active_distribution() == "wide" and seen == ["wide"]
    finally:
        set_distribution(None)
    assert active_distribution() is None


def test_a_backend_needs_the_capability():
    with pytest.raises(NotImplementedError, match="The 'small' backend has no engine"):
        engine_of(SimpleNamespace(name="small", capabilities=frozenset()))


def test_devices_of_a_mesh_have_to_be_there():
    def all_devices(kind=None):
        if kind == "tpu":
            raise RuntimeError("no such platform")
        return ["cpu:0", "cpu:1"]

    engine = SimpleNamespace(all_devices=all_devices)
    check_mesh(engine, SimpleNamespace(shape=(2,), devices=np.array(["cpu:0", "cpu:1"])))
    with pytest.raises(ValueError, match=r"not there: cpu:2, tpu:0. The devices are: cpu:0, cpu:1"):
        check_mesh(engine, SimpleNamespace(shape=(3,), devices=np.array(["cpu:0", "cpu:2", "tpu:0"])))


def test_scopes_of_parts_end():
    assert not computes_parts()
    with computing_parts():
        with computing_parts(False):
            assert not computes_parts()
        assert computes_parts()
    assert not computes_parts()
