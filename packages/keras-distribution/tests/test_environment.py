import pytest
from keras_distribution.environment import Job, job_from


def test_the_variables_of_keras_3():
    told = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": "10.0.0.1:1234,10.0.0.2:2345",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
        "KERAS_DISTRIBUTION_PROCESS_ID": "1",
    }
    assert job_from(told) == Job("10.0.0.1:1234,10.0.0.2:2345", 2, 1)
    assert job_from({}) == Job()


def test_a_number_that_is_none():
    with pytest.raises(ValueError, match="KERAS_DISTRIBUTION_PROCESS_ID is a number, got 'first'"):
        job_from({"KERAS_DISTRIBUTION_PROCESS_ID": "first"})
