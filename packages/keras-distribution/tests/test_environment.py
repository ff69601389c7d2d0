import json

import pytest
from keras_distribution.environment import Job, first_node, job_from

TORCHRUN = {"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "29500", "LOCAL_RANK": "0"}
JAX = {"JAX_COORDINATOR_ADDRESS": "10.0.0.1:1234", "JAX_NUM_PROCESSES": "4", "JAX_PROCESS_ID": "3"}
SLURM = {
    "SLURM_JOB_ID": "4097",
    "SLURM_STEP_NUM_TASKS": "8",
    "SLURM_PROCID": "5",
    "SLURM_LOCALID": "1",
    "SLURM_STEP_NODELIST": "gpu[017-018]",
}
OPEN_MPI = {
    "OMPI_COMM_WORLD_SIZE": "2",
    "OMPI_COMM_WORLD_RANK": "1",
    "OMPI_COMM_WORLD_LOCAL_RANK": "1",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
    "OMPI_MCA_orte_hnp_uri": "1234567890.0;tcp://10.96.0.1,10.148.0.1:34911",
}


def tf_config(kind, index, **cluster):
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})}


def test_the_variables_of_keras_3():
    told = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": "10.0.0.1:1234,10.0.0.2:2345",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
        "KERAS_DISTRIBUTION_PROCESS_ID": "1",
    }
    assert job_from(told) == Job("10.0.0.1:1234,10.0.0.2:2345", 2, 1)
    assert job_from({}) == Job()


@pytest.mark.parametrize(
    ("environment", "job"),
    [
        (TORCHRUN, Job("10.0.0.1:29500", 2, 1, 0)),
        ({"RANK": "0", "WORLD_SIZE": "1"}, Job(None, 1, 0)),
        ({**TORCHRUN, "MASTER_ADDR": "fe80::1"}, Job("[fe80::1]:29500", 2, 1, 0)),
        (JAX, Job("10.0.0.1:1234", 4, 3)),
        (SLURM, Job("gpu017:61441", 8, 5, 1)),
        ({**SLURM, "MASTER_ADDR": "head", "MASTER_PORT": "29500"}, Job("head:29500", 8, 5, 1)),
        (OPEN_MPI, Job("10.96.0.1:62162", 2, 1, 1)),  # 1234567890 % 4096 is 722
        (tf_config("worker", 1, worker=["a:1", "b:2"]), Job("a:1", 2, 1)),
        (tf_config("worker", 0, chief=["c:3"], worker=["a:1"]), Job("c:3", 2, 1)),
        (tf_config("chief", 0, chief=["c:3"], worker=["a:1"], ps=["p:4"]), Job("c:3", 2, 0)),
    ],
)
def test_what_launchers_set(environment, job):
    assert job_from(environment) == job


def test_machines_of_open_mpi_without_an_address_are_this_one():
    job = job_from({k: v for k, v in OPEN_MPI.items() if k != "OMPI_MCA_orte_hnp_uri"})
    assert job.address is not None
    assert job.address.startswith("127.0.0.1:")
    with pytest.raises(ValueError, match="Open MPI does not say where rank 0 is: set MASTER_ADDR"):
        job_from({"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_LOCAL_SIZE": "1"})


def test_the_script_of_a_slurm_job_is_no_task_of_a_step():
    assert job_from({"SLURM_JOB_ID": "7", "SLURM_NTASKS": "8", "SLURM_PROCID": "0"}) == Job()


def test_torchrun_in_a_step_of_slurm():
    assert job_from({**SLURM, **TORCHRUN}) == Job("10.0.0.1:29500", 2, 1, 0)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"KERAS_DISTRIBUTION_PROCESS_ID": "first"}, "KERAS_DISTRIBUTION_PROCESS_ID is a number, got 'first'"),
        ({"RANK": "1"}, r"that of torchrun \(RANK=1\), but WORLD_SIZE is missing"),
        ({"RANK": "1", "WORLD_SIZE": "2"}, r"but MASTER_ADDR and MASTER_PORT are missing"),
        ({**TORCHRUN, "RANK": "2"}, "RANK=2 and WORLD_SIZE=2 do not fit each other"),
        ({"JAX_PROCESS_ID": "1"}, "but JAX_NUM_PROCESSES and JAX_COORDINATOR_ADDRESS are missing"),
        ({"OMPI_COMM_WORLD_SIZE": "2"}, "OMPI_COMM_WORLD_RANK is missing"),
        ({"SLURM_STEP_NUM_TASKS": "2", "SLURM_JOB_ID": "1"}, "SLURM_PROCID is missing"),
        (
            {"SLURM_STEP_NUM_TASKS": "2", "SLURM_JOB_ID": "1", "SLURM_PROCID": "0"},
            "SLURM_STEP_NODELIST is missing",
        ),
        ({"TF_CONFIG": "{"}, "TF_CONFIG names the workers .* got '{'"),
        (tf_config("ps", 0, worker=["a:1"], ps=["b:1"]), "task ps 0 is not in the cluster"),
        (tf_config("worker", 2, worker=["a:1"]), "task worker 2 is not in the cluster"),
        ({**TORCHRUN, **JAX}, "of torchrun and of JAX tell of different jobs: size 2 and 4"),
    ],
)
def test_what_is_missing_or_contradicts(environment, message):
    with pytest.raises(ValueError, match=message):
        job_from(environment)


@pytest.mark.parametrize(
    ("nodes", "first"),
    [("node1", "node1"), ("a,b", "a"), ("n[003-005,7],m", "n003"), ("n[2,4]-ib", "n2-ib")],
)
def test_first_machine(nodes, first):
    assert first_node(nodes) == first
