from keras_core import Spec
from keras_core.backend.toolkit import probed_specs


def test_known_shapes_take_one_run():
    runs = []

    def run(given):
        runs.append(given)
        return given

    assert probed_specs(run, [Spec((2, 3), "int32")]) == [Spec((2, 3), "int32")]
    assert len(runs) == 1


def test_sizes_that_follow_an_unknown_one_are_unknown():
    def run(given):
        (batch, length) = given[0].shape
        return [Spec((batch, length // 2, 5), "float16"), Spec((4,))]

    assert probed_specs(run, [Spec((None, None))]) == [Spec((None, None, 5), "float16"), Spec((4,))]


def test_halved_sizes_stay_apart():
    (found,) = probed_specs(lambda given: [Spec((given[0].shape[0] // 4,))], [Spec((None,))])
    assert found.shape == (None,)
