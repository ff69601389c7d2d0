import numpy as np
from image_layer_contract import arrays
from keras_preprocessing.layers import RandomFlip


def test_draws_follow_the_seed_and_stay_within_bounds():
    first, second = RandomFlip(seed=3), RandomFlip(seed=3)
    one = arrays(first.draw((500,), (-2, 3)))
    assert one.dtype == "float32" and one.min() >= -2 and one.max() < 3 and abs(one.mean() - 0.5) < 0.3
    np.testing.assert_array_equal(one, arrays(second.draw((500,), (-2, 3))))
    assert (one != arrays(first.draw((500,), (-2, 3)))).any()
    np.testing.assert_array_equal(*(arrays(layer.draw((4,), seed=5)) for layer in (first, second)))
    assert first.get_config()["seed"] == 3


def test_a_stream_of_draws_that_differ():
    layer = RandomFlip(seed=3)
    assert layer.stream() is layer.generator
    first, second = (arrays(layer.draw((4,), seed=layer.stream(5))) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    stream = layer.stream(5)
    assert stream is layer.stream(stream)
    assert (arrays(layer.draw((4,), seed=stream)) != arrays(layer.draw((4,), seed=stream))).all()
