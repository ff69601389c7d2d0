"""Where reads and writes go while a function is staged."""

import pytest
from keras_core import Trace, Variable, active_trace, backend


@pytest.fixture
def of():
    return backend.active()


def test_writes_stay_in_the_trace(of):
    v = Variable([1.0, 2.0])
    with Trace(of) as trace:
        assert active_trace() is trace
        v.assign([3.0, 4.0])
        assert of.numpy(v.value).tolist() == [3, 4] and list(trace.written) == [v]
    assert active_trace() is None
    assert v.numpy().tolist() == [1, 2]


def test_an_inner_trace_begins_with_the_values_of_the_outer_one(of):
    v = Variable([1.0])
    with Trace(of) as outer:
        v.assign([2.0])
        with Trace(of) as inner:
            assert inner.outer is outer and of.numpy(v.value).tolist() == [2]
            v.assign([3.0])
        assert of.numpy(v.value).tolist() == [2]


def test_known_values_and_fetch_stand_in_for_reading(of):
    known, fetched = Variable([0.0]), Variable([0.0])
    with Trace(of, values={known: of.tensor([5.0])}, fetch=lambda v: of.tensor([7.0])) as trace:
        assert of.numpy(known.value).tolist() == [5] and of.numpy(fetched.value).tolist() == [7]
        assert list(trace.read_variables) == [fetched]


def test_only_the_variables_named_may_be_written(of):
    mine, foreign = Variable([0.0]), Variable([0.0], name="foreign")
    with Trace(of, variables=[mine]):
        mine.assign([1.0])
        with Trace(of), pytest.raises(ValueError, match="'foreign' is assigned inside a staged function"):
            foreign.assign([1.0])


def test_notes_on_tensors_end_with_the_trace(of):
    tensor = object()
    with Trace(of) as trace:
        trace.annotate(tensor, "known")
        with Trace(of) as inner:
            assert inner.annotation(tensor) == "known" and inner.annotation(object()) is None
