"""What one load may take, and that nothing else is limited."""

import numpy as np
import pytest
from keras_core import Variable
from keras_core.config import LoadingLimits, loading_limits, set_loading_limits
from keras_core.config.loading_limits import check_config, limited, take_memory, take_steps, unlimited, with_weights

MIB = 1 << 20


@pytest.fixture(autouse=True)
def as_before():
    yield
    set_loading_limits()


class TestSettings:
    def test_what_is_not_given_is_the_default(self):
        set_loading_limits(steps=7)
        set_loading_limits(memory=8)
        assert loading_limits() == LoadingLimits(memory=8)

    @pytest.mark.parametrize("wrong", [0, -1, 2.5, "many", True])
    def test_only_positive_integers(self, wrong):
        with pytest.raises(ValueError, match="memory must be a positive integer or None, got"):
            set_loading_limits(memory=wrong)
        assert loading_limits() == LoadingLimits()


class TestMemory:
    def test_outside_of_a_load_nothing_is_counted(self):
        take_memory(1 << 60, "Huge")
        take_steps(1 << 60)

    def test_variables_are_refused_before_they_are_made(self):
        made = []

        def zeros(shape, dtype=None):
            made.append(shape)
            return np.zeros(shape, dtype)

        with with_weights(100):
            Variable(zeros, shape=(10,))
            with pytest.raises(ValueError, match=r"'big' of shape \(1073741824,\) needs more memory than the weights"):
                Variable(zeros, shape=(1 << 30,), name="big")
        assert made == [(10,)]

    def test_what_comes_with_weights_may_take_twice_their_bytes_and_64_mib(self):
        with with_weights(MIB):
            take_memory(66 * MIB, "First")
            with pytest.raises(ValueError, match="Second needs more memory"):
                take_memory(1, "Second")

    def test_weights_of_a_file_have_no_limit_but_their_size(self):
        with limited(), with_weights(100 << 30):
            take_memory(200 << 30, "Weights")

    def test_without_weights_the_setting_counts_for_the_whole_load(self):
        set_loading_limits(memory=100)
        with limited():
            take_memory(60, "First")
            with limited(), pytest.raises(ValueError, match=r"Second needs more .*100 bytes.*limits\(memory=\)"):
                take_memory(60, "Second")
        with limited():
            take_memory(60, "Of another load")


class TestSteps:
    def test_they_are_counted_through_all_of_a_load(self):
        set_loading_limits(steps=10)
        with limited():
            with with_weights(0):
                take_steps(6)
            with pytest.raises(ValueError, match=r"diff takes more steps than the 10 .*limits\(steps=\)"):
                take_steps(5, "diff")

    def test_copies_have_no_limits(self):
        set_loading_limits(steps=1, memory=1, config_lists=1)
        with unlimited(), limited():
            take_steps(1000)
            take_memory(1000, "Copy")
            check_config([[[]]])


class TestConfigs:
    def test_lists_in_several_places_count_each_time(self):
        nested = [1]
        for _ in range(60):
            nested = [nested, nested]
        with pytest.raises(ValueError, match="more than 1,000,000 lists and dicts"):
            check_config(nested)

    def test_values(self):
        set_loading_limits(config_values=20)
        check_config({"a": [0] * 18})
        with pytest.raises(ValueError, match=r"X has more than 20 values.*set_loading_limits\(config_values=\)"):
            check_config({"a": [0] * 20}, "X")

    def test_numbers_of_thousands_of_digits_with_their_place(self):
        check_config([1 << 64, -(1 << 63)])
        with pytest.raises(ValueError, match=r"13,288 bits at \['layers'\]\[1\]\['units'\]"):
            check_config({"layers": [{}, {"units": 10**4000}]})

    def test_depth(self):
        deep = []
        for _ in range(256):
            deep = [deep]
        check_config(deep)
        with pytest.raises(ValueError, match="nested more than 256 levels"):
            check_config([deep])
