"""How pictures are prepared, and what predictions mean.

Covers: modules.py.
"""

import hashlib
import importlib
import json

import keras_applications.imagenet_utils as utils
import numpy as np
import pytest
from keras_core import Input, ops

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 4, 5, 3)).astype("float32")
PREPARED = {
    "tf": PIXELS / 127.5 - 1,
    "torch": (PIXELS / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
    "caffe": PIXELS[..., ::-1] - [103.939, 116.779, 123.68],
}


def close(x, expected):
    np.testing.assert_allclose(ops.convert_to_numpy(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("mode", PREPARED)
class TestPreprocessInput:
    def test_arrays_and_tensors(self, mode):
        expected = PREPARED[mode]
        close(utils.preprocess_input(PIXELS, mode=mode), expected)
        close(utils.preprocess_input(ops.convert_to_tensor(PIXELS), mode=mode), expected)
        close(utils.preprocess_input(PIXELS[0], mode=mode), expected[0])

    def test_channels_first(self, mode):
        moved, expected = np.moveaxis(PIXELS, -1, 1), np.moveaxis(PREPARED[mode], -1, 1)
        close(utils.preprocess_input(moved, "channels_first", mode), expected)
        close(utils.preprocess_input(ops.convert_to_tensor(moved[0]), "channels_first", mode), expected[0])

    def test_the_configured_data_format(self, mode, data_format):
        axis = 1 if data_format == "channels_first" else -1
        close(utils.preprocess_input(np.moveaxis(PIXELS, -1, axis), mode=mode), np.moveaxis(PREPARED[mode], -1, axis))

    def test_integers_become_floats(self, mode):
        for x in (PIXELS.astype("uint8"), ops.convert_to_tensor(PIXELS.astype("int32"))):
            found = utils.preprocess_input(x, mode=mode)
            assert "float32" in str(found.dtype)
            close(found, PREPARED[mode])

    @pytest.mark.parametrize("dtype", ["float64", "float16"])
    def test_floats_stay_what_they_are(self, mode, dtype):
        assert utils.preprocess_input(PIXELS.astype(dtype), mode=mode).dtype == dtype

    def test_the_given_array_is_not_changed(self, mode):
        x = PIXELS.copy()
        utils.preprocess_input(x, mode=mode)
        np.testing.assert_array_equal(x, PIXELS)

    def test_in_a_graph(self, mode):
        assert utils.preprocess_input(Input((4, 5, 3)), mode=mode).shape == (None, 4, 5, 3)

    def test_by_the_functions_of_families(self, mode):
        families = {"caffe": "vgg resnet", "tf": "resnet_v2 mobilenet mobilenet_v2", "torch": "densenet"}[mode]
        for family in families.split():
            prepare = importlib.import_module(f"keras_applications.{family}").preprocess_input
            close(prepare(PIXELS, backend=None, layers=None, models=None), PREPARED[mode])
            assert (prepare.__module__, prepare.__name__) == (f"keras_applications.{family}", "preprocess_input")


def test_families_that_prepare_pixels_themselves():
    prepare = utils.preprocessing_of("keras_applications.some_family")
    assert prepare(PIXELS, data_format="channels_first", utils=None) is PIXELS
    with pytest.raises(TypeError, match=r"preprocess_input\(\) does not take 'mode'"):
        prepare(PIXELS, mode="tf")


@pytest.mark.parametrize("mode", ["caffe", "torch"])
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (4, 5), (1, 2, 4, 5, 3)])
def test_pictures_that_are_none(mode, shape):
    with pytest.raises(ValueError, match=rf"\(height, width, 3\).*got \({shape[0]}, "):
        utils.preprocess_input(np.zeros(shape), "channels_last", mode)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="mode must be one of caffe, tf, torch; got 'pil'"):
        utils.preprocess_input(PIXELS, mode="pil")
    with pytest.raises(ValueError, match="data_format must be one of"):
        utils.preprocess_input(PIXELS, "channels_middle")
    with pytest.raises(TypeError, match="does not take 'scale'"):
        utils.preprocess_input(PIXELS, scale=2)


class TestDecodePredictions:
    @pytest.fixture
    def classes(self, site, monkeypatch):
        content = json.dumps({str(i): [f"n{i:08d}", f"class {i}"] for i in range(1000)}).encode()
        site.files["/imagenet_class_index.json"] = content
        monkeypatch.setitem(utils._IMAGENET["classes"], "url", f"{site.url}/imagenet_class_index.json")
        monkeypatch.setitem(utils._IMAGENET["classes"], "md5", hashlib.md5(content).hexdigest())
        return site

    def test_the_highest_first(self, classes):
        scores = np.zeros((2, 1000), "float32")
        scores[0, [5, 900, 7]] = 0.25, 0.5, 0.125
        scores[1, 3] = 1
        first = [("n00000900", "class 900", 0.5), ("n00000005", "class 5", 0.25), ("n00000007", "class 7", 0.125)]
        second = [("n00000003", "class 3", 1), ("n00000000", "class 0", 0), ("n00000001", "class 1", 0)]
        for preds in (scores, ops.convert_to_tensor(scores), scores.tolist()):
            assert utils.decode_predictions(preds, top=3) == [first, second]
        assert len(utils.decode_predictions(scores, backend=None, utils=None)[0]) == 5
        assert classes.asked == ["/imagenet_class_index.json"]

    def test_a_file_that_is_another(self, classes, monkeypatch):
        monkeypatch.setitem(utils._IMAGENET["classes"], "md5", 32 * "0")
        with pytest.raises(ValueError, match="hash"):
            utils.decode_predictions(np.zeros((1, 1000)))

    @pytest.mark.parametrize("shape", [(1000,), (2, 10), (1, 1, 1000)])
    def test_scores_of_something_else(self, shape):
        with pytest.raises(ValueError, match=r"\(batch, 1000\)"):
            utils.decode_predictions(np.zeros(shape))

    def test_none_wanted(self):
        with pytest.raises(ValueError, match="top must be at least 1; got 0"):
            utils.decode_predictions(np.zeros((1, 1000)), top=0)


class TestObtainInputShape:
    @pytest.mark.parametrize(
        ("shape", "top", "expected"),
        [
            (None, True, (224, 224, 3)),
            (None, False, (None, None, 3)),
            ((64, 48, 3), True, (64, 48, 3)),
            ([np.int64(32), 32, 1], True, (32, 32, 1)),
            ((None, 64, 3), False, (None, 64, 3)),
        ],
    )
    def test_shapes(self, shape, top, expected):
        assert utils.obtain_input_shape(shape, 224, 32, "channels_last", top) == expected
        if shape is not None:
            shape = (shape[-1], *shape[:2])
        expected = (expected[-1], *expected[:2])
        assert utils.obtain_input_shape(shape, 224, 32, "channels_first", top) == expected

    @pytest.mark.parametrize(
        ("shape", "top", "weights", "message"),
        [
            ((64, 64), True, None, r"three entries, \(height, width, channels\); got \(64, 64\)"),
            ((31, 64, 3), False, None, r"at least 32x32; got input_shape \(31, 64, 3\)"),
            ((None, 64, 3), True, None, "size of pictures must be known"),
            ((224, 224, 1), False, "imagenet", "for 3 channels"),
            ((64, 64, 3), True, "imagenet", "pictures of 224x224"),
        ],
    )
    def test_refused(self, shape, top, weights, message):
        with pytest.raises(ValueError, match=message):
            utils.obtain_input_shape(shape, 224, 32, "channels_last", top, weights)

    def test_channels_that_pictures_do_not_have(self):
        with pytest.warns(UserWarning, match="1 or 3 channels"):
            assert utils.obtain_input_shape((64, 64, 4), 224, 32, "channels_last", False) == (64, 64, 4)
