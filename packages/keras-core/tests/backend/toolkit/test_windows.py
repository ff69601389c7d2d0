import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras_core import config
from keras_core.backend.toolkit import (
    channels_first,
    dilated_size,
    each_axis,
    output_length,
    same_padding,
    transposed_length,
    transposed_padding,
)

LENGTHS, WINDOWS, STRIDES = st.integers(1, 20), st.integers(1, 5), st.integers(1, 4)


def test_one_size_serves_all_axes():
    assert each_axis(2, 3) == each_axis(np.int64(2), 3) == each_axis([2, 2, 2], 3) == (2, 2, 2)


def test_the_channel_axis_follows_the_argument_or_the_setting(monkeypatch):
    assert channels_first("channels_first") and not channels_first("channels_last")
    monkeypatch.setattr(config, "image_data_format", lambda: "channels_first")
    assert channels_first(None)
    with pytest.raises(ValueError, match="got data_format='NCHW'"):
        channels_first("NCHW")


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="axis of length 3, too short for a window of 5"):
        output_length(3, 3, 1, "valid", 2)
    assert output_length(None, 3, 1, "valid") is None


@given(LENGTHS, WINDOWS, STRIDES, st.integers(1, 3))
def test_same_padding_gives_as_many_windows_as_strides(length, window, stride, dilation):
    before, after = same_padding(length, window, stride, dilation)
    assert after - before in (0, 1)
    assert output_length(length + before + after, window, stride, "valid", dilation) == -(-length // stride)
    assert output_length(length, window, stride, "same", dilation) == -(-length // stride)


@given(LENGTHS, WINDOWS, STRIDES, st.sampled_from(["valid", "same"]))
def test_a_convolution_undoes_the_length_of_its_transpose(length, window, stride, padding):
    longer = transposed_length(length, window, stride, padding)
    assert output_length(longer, window, stride, padding) == length


@given(LENGTHS, WINDOWS, STRIDES, st.integers(1, 3), st.data())
def test_padding_for_the_flipped_convolution_gives_the_transposed_length(length, window, stride, dilation, data):
    padding = data.draw(st.sampled_from(["valid", "same"]))
    output_padding = data.draw(st.none() | st.integers(0, stride - 1))
    span = dilated_size(window, dilation)
    before, after = transposed_padding(length, window, stride, padding, output_padding, dilation)
    padded = (length - 1) * stride + 1 + before + after
    wanted = transposed_length(length, window, stride, padding, output_padding, dilation)
    assert padded - span + 1 == wanted
    assert transposed_length(None, window, stride, padding, output_padding, dilation) is None


def test_transposed_lengths_of_keras():
    assert transposed_length(4, 3, 2, "valid") == 9
    assert transposed_length(4, 3, 2, "same") == 8
    assert transposed_length(4, 2, 3, "valid") == 12
    assert transposed_length(4, 3, 2, "same", 1) == 8
    assert transposed_length(4, 3, 2, "same", 0) == 7
    assert transposed_length(4, 3, 2, "valid", 1) == 10
    assert transposed_length(4, 3, 1, "valid", None, 2) == 8
