"""What every format of weights does alike."""

import io

import numpy as np
import pytest
from keras_core.saving.formats import for_reading, for_writing

ENDINGS = [".safetensors", ".npz", ".weights.h5", ".weights.json"]


def test_the_package_provides_them():
    for ending in (".safetensors", ".npz"):
        for found in (for_reading(f"w{ending}", "weights"), for_writing(f"w{ending}", "weights")):
            assert found.distribution == "keras-formats" and found.fits(f"w{ending}")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_weights_come_back_bit_by_bit(stack, same, tmp_path, ending, dtype):
    model, other = stack(1, dtype=dtype), stack(2, dtype=dtype)
    model.layers[0].seed_generator.next()
    model.save_weights(tmp_path / f"w{ending}")
    other.load_weights(tmp_path / f"w{ending}")
    same(other, model)
    states = [one.layers[0].seed_generator.state.numpy() for one in (other, model)]
    np.testing.assert_array_equal(*states)


@pytest.mark.parametrize("ending", ENDINGS)
def test_layers_are_found_by_name(stack, same, tmp_path, ending):
    model, other = stack(1), stack(2)
    model.save_weights(tmp_path / f"w{ending}")
    kept = other.layers[1].get_weights()
    other.layers[1].name = "another"
    other.load_weights(tmp_path / f"w{ending}", by_name=True)
    same(other.layers[0], model.layers[0])
    for a, b in zip(other.layers[1].get_weights(), kept, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_does_not_fit_is_said_or_left_out(stack, same, tmp_path, ending):
    model, other = stack(1), stack(2, units=(3, 5))
    model.save_weights(tmp_path / f"w{ending}")
    before = other.get_weights()
    with pytest.raises(ValueError, match=rf"in '.*w{ending}' do not fit the model: layer 'mixing_1'"):
        other.load_weights(tmp_path / f"w{ending}")
    for a, b in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.warns(UserWarning, match=rf"w{ending}' that do not fit were left out"):
        other.load_weights(tmp_path / f"w{ending}", skip_mismatch=True)
    same(other.layers[0], model.layers[0])


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.needs_train
def test_training_goes_on(stack, tmp_path, ending):
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    model, other = stack(1), stack(2)
    for one in (model, other):
        one.compile("adam", "mse")
    model.fit(x, x[:, :2], epochs=2, verbose=0)
    model.save_weights(tmp_path / f"w{ending}")
    other.load_weights(tmp_path / f"w{ending}")
    assert int(other.optimizer.iterations) == 2
    losses = [m.fit(x, x[:, :2], epochs=2, verbose=0, shuffle=False).history["loss"] for m in (model, other)]
    np.testing.assert_allclose(*losses, rtol=1e-6)


@pytest.mark.parametrize("name", ["safetensors", "npz"])
def test_open_files(stack, same, tmp_path, name):
    model, other, third = stack(1), stack(2), stack(3)
    with open(tmp_path / f"w.{name}", "wb") as file:
        model.save_weights(file)
    with open(tmp_path / f"w.{name}", "rb") as file:
        other.load_weights(file)
    same(other, model)
    stream = io.BytesIO()
    model.save_weights(stream, save_format=name)
    stream.seek(0)
    stream.name = f"w.{name}"
    third.load_weights(stream)
    same(third, model)
    damaged = io.BytesIO(stream.getvalue()[:-9])
    damaged.name = f"mine.{name}"
    with pytest.raises(ValueError, match=f"'mine.{name}'"):
        third.load_weights(damaged)


@pytest.mark.parametrize("ending", [".safetensors", ".npz", ".weights.json"])
def test_truncated_and_changed_files_end_in_an_error_that_names_them(stack, tmp_path, ending):
    """Every cut, and bytes changed at random: a ValueError with the file's name, or weights that are only numbers."""
    model, path = stack(1), tmp_path / f"w{ending}"
    model.save_weights(path)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    cuts = [content[:size] for size in rng.integers(0, len(content), 12)]
    changed = []
    for _ in range(40):
        copy = bytearray(content)
        for place in rng.integers(0, min(len(content), 4000), 3):
            copy[place] = rng.integers(256)
        changed.append(bytes(copy))
    for wrong in [*cuts, *changed, b"", content + b"x"]:
        path.write_bytes(wrong)
        try:
            stack(2).load_weights(path)
        except ValueError as error:
            assert path.name.split(".")[0] in str(error) and str(tmp_path) in str(error), error
