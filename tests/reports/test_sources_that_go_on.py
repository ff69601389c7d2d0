"""An epoch of some steps begins where the last one stopped, for every form of data; validation at the first batch."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.needs_train

LEVELS = np.arange(6.0)


def batches():
    """Six batches of two samples; the loss of batch k is k * k."""
    for level in LEVELS:
        yield np.full((2, 1), level, "float32"), np.zeros((2, 1), "float32")


class Sized:
    """An iterable with a length, as a loader."""

    def __len__(self):
        return len(LEVELS)

    def __iter__(self):
        return batches()


class Unsized:
    """An iterable that tells no length."""

    def __iter__(self):
        return batches()


class Indexed:
    """A source with random access, which counts what it is asked and told."""

    def __init__(self):
        self.asked, self.ended = [], 0

    def __len__(self):
        return len(LEVELS)

    def __getitem__(self, index):
        self.asked.append(index)
        return list(batches())[index]

    def on_epoch_end(self):
        self.ended += 1


class Iterated(Indexed):
    """One that is an iterator as well, as those of ImageDataGenerator: it never ends by itself."""

    def __iter__(self):
        return self

    def __next__(self):
        return self[0]


def endless():
    while True:
        yield from batches()


@pytest.fixture(scope="module")
def model():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    return model


def losses(model, source, **arguments):
    arguments = {"verbose": 0, "shuffle": False, **arguments}
    if isinstance(source, tuple):
        return model.fit(*source, batch_size=2, **arguments).history["loss"]
    return model.fit(source, **arguments).history["loss"]


def arrays():
    return tuple(np.concatenate(part) for part in zip(*batches(), strict=True))


@pytest.mark.parametrize("make", [endless, Sized, Unsized, Indexed, Iterated, arrays])
def test_each_batch_is_seen_once(model, make):
    found = losses(model, make(), steps_per_epoch=2, epochs=3)
    np.testing.assert_allclose(found, [(0 + 1) / 2, (4 + 9) / 2, (16 + 25) / 2], rtol=1e-5)


@pytest.mark.parametrize("make", [endless, Sized, Indexed, arrays])
def test_another_pass_begins_within_an_epoch(model, make):
    found = losses(model, make(), steps_per_epoch=4, epochs=3)
    np.testing.assert_allclose(found, [(0 + 1 + 4 + 9) / 4, (16 + 25 + 0 + 1) / 4, (4 + 9 + 16 + 25) / 4], rtol=1e-5)


@pytest.mark.parametrize("make", [endless, Sized, arrays])
def test_more_steps_than_batches(model, make):
    np.testing.assert_allclose(losses(model, make(), steps_per_epoch=8), [(2 * 1 + 4 + 9 + 16 + 25) / 8], rtol=1e-5)


def test_a_source_without_length_is_visited_again_where_a_pass_ended_with_an_epoch(model):
    np.testing.assert_allclose(losses(model, Unsized(), steps_per_epoch=3, epochs=3), [5 / 3, 50 / 3, 5 / 3], rtol=1e-5)
    with pytest.warns(UserWarning, match="ended after 2 of 4 steps in epoch 2"):
        assert len(losses(model, Unsized(), steps_per_epoch=4, epochs=3)) == 2


@pytest.mark.parametrize("make", [Sized, Unsized, Indexed, Iterated, arrays])
def test_epochs_of_all_batches_begin_with_the_first_one(model, make):
    np.testing.assert_allclose(losses(model, make(), epochs=2), [(LEVELS**2).mean()] * 2, rtol=1e-5)


@pytest.mark.parametrize("make", [Sized, Unsized, Indexed, arrays])
def test_validation_begins_with_the_first_batch(model, make):
    history = model.fit(
        *arrays(), epochs=3, verbose=0, validation_data=make(), validation_steps=2, validation_batch_size=2
    ).history
    np.testing.assert_allclose(history["val_loss"], [0.5] * 3, rtol=1e-5)


def test_a_partial_batch_ends_a_pass(model):
    x = np.arange(5, dtype="float32")[:, None]
    found = losses(model, (x, 0 * x), steps_per_epoch=2, epochs=3)
    np.testing.assert_allclose(found, [(1 + 4 + 9) / 4, (16 + 0 + 1) / 3, (4 + 9 + 16) / 3], rtol=1e-5)


def test_shuffled_arrays_are_visited_once_before_any_is_visited_again(model):
    found = losses(model, arrays(), steps_per_epoch=2, epochs=3, shuffle=True)
    np.testing.assert_allclose(np.mean(found), (LEVELS**2).mean(), rtol=1e-5)


def test_a_source_with_random_access_is_asked_once_for_each_batch_and_told_of_the_end(model):
    training, validation = Indexed(), Indexed()
    model.fit(training, epochs=2, verbose=0, shuffle=False, validation_data=validation)
    assert training.asked == validation.asked == [*range(6)] * 2
    assert training.ended == validation.ended == 2
    tested = Indexed()
    model.evaluate(tested, verbose=0)
    assert tested.ended == 1 and tested.asked == [*range(6)]


def test_datasets_and_loaders_of_the_frameworks(model, backend_name):
    x, y = arrays()
    if backend_name == "tensorflow":
        import tensorflow as tf

        source = tf.data.Dataset.from_tensor_slices((x, y)).batch(2).repeat()
    elif backend_name == "torch":
        import torch

        source = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)), 2)
    else:
        pytest.skip("the framework has no sources of data")
    np.testing.assert_allclose(losses(model, source, steps_per_epoch=2, epochs=3), [0.5, 6.5, 20.5], rtol=1e-5)
