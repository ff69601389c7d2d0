"""Distributions that need no engine yet.

Covers: strategy.py, data_parallel.py.
"""

import pytest
from keras_core import Variable
from keras_distribution import DataParallel, DeviceMesh, list_devices


def test_batches_are_split_and_variables_whole(mesh):
    spread = DataParallel(devices=["cpu:0", "cpu:1"])
    assert spread.device_mesh == DeviceMesh((2,), ("batch",), ["cpu:0", "cpu:1"])
    assert spread.num_model_replicas == 2 and spread.batch_dim_name == "batch"
    assert spread.get_data_layout((8, 3, 3)).axes == ("batch", None, None)
    assert spread.get_variable_layout(Variable([[1.0]])).axes == (None, None)
    assert spread.get_tensor_layout("dense/output") is None
    assert DataParallel().device_mesh.devices.tolist() == list_devices()


def test_of_a_mesh_of_several_axes_the_first(mesh):
    with pytest.warns(UserWarning, match="first axis, 'batch'"):
        spread = DataParallel(mesh)
    assert spread.batch_dim_name == "batch" and spread.num_model_replicas == 2


def test_one_process_reads_all():
    spread = DataParallel(devices=["cpu:0"], auto_shard_dataset=False)
    assert (spread.num_processes, spread.process_id, spread.data_shard_id) == (1, 0, 0)
    assert spread.auto_shard_dataset is False


def test_several_processes_of_a_replica_read_the_same(monkeypatch, mesh):
    monkeypatch.setattr(DataParallel, "num_processes", 8)
    shards = []
    for rank in range(8):
        monkeypatch.setattr(DataParallel, "process_id", rank)
        shards.append(DataParallel(devices=["cpu:0", "cpu:1"]).data_shard_id)
    assert shards == [0, 0, 0, 0, 1, 1, 1, 1]


def test_what_is_refused(mesh):
    with pytest.raises(ValueError, match="is a DeviceMesh"):
        DataParallel("cpu:0")
    with pytest.raises(ValueError, match="or `devices`"):
        DataParallel(mesh, ["cpu:0"])
