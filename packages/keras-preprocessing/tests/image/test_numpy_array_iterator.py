import numpy as np
import pytest
from keras_preprocessing.image import ImageDataGenerator, NumpyArrayIterator

X = np.arange(8.0)[:, None, None, None] * np.ones((8, 4, 4, 3))
Y = np.arange(8)
PLAIN = ImageDataGenerator()


def test_pictures_targets_and_weights():
    x, y, w = NumpyArrayIterator(X, Y, PLAIN, batch_size=3, sample_weight=Y / 2)[1]
    np.testing.assert_array_equal(x, X[3:6].astype("float32"), strict=True)
    assert y.tolist() == [3, 4, 5] and w.tolist() == [1.5, 2, 2.5]
    assert NumpyArrayIterator(X, None, PLAIN)[0].shape == X.shape


def test_shuffled_pictures_keep_their_targets():
    batches = NumpyArrayIterator(X, Y, PLAIN, batch_size=8, shuffle=True, seed=1)
    x, y = batches[0]
    np.testing.assert_array_equal(x[:, 0, 0, 0], y)
    assert y.tolist() != sorted(y)


def test_further_inputs():
    other = Y * 10
    (images, more), y = NumpyArrayIterator((X, other), Y, PLAIN, batch_size=4)[1]
    assert more.tolist() == (y * 10).tolist() and images.shape == (4, 4, 4, 3)
    inputs = NumpyArrayIterator((X, [other, -other]), None, PLAIN)[0]
    assert len(inputs) == 3 and inputs[2].tolist() == (-other).tolist()


@pytest.mark.parametrize(("subset", "expected"), [("validation", [0, 1]), ("training", [2, 3, 4, 5, 6, 7])])
def test_subsets(subset, expected):
    generator = ImageDataGenerator(validation_split=0.25)
    labels = Y % 2
    x, y, w = NumpyArrayIterator((X, Y), labels, generator, sample_weight=Y, subset=subset)[0]
    assert x[0][:, 0, 0, 0].tolist() == x[1].tolist() == w.tolist() == expected
    assert y.tolist() == [one % 2 for one in expected]


def test_subsets_with_other_classes():
    generator = ImageDataGenerator(validation_split=0.25)
    with pytest.raises(ValueError, match=r"different classes\. Shuffle"):
        generator.flow(X, Y, subset="training")
    assert generator.flow(X, Y, subset="training", ignore_class_split=True).n == 6


def test_the_array_is_not_changed():
    x = X.copy()
    generator = ImageDataGenerator(rescale=0.5, rotation_range=40, samplewise_center=True)
    generator.flow(x, shuffle=False)[0]
    np.testing.assert_array_equal(x, X)


def test_dtypes():
    x = X.astype("uint8")
    assert NumpyArrayIterator(x, None, PLAIN, dtype="float16")[0].dtype == "float16"
    assert NumpyArrayIterator(x, None, PLAIN)[0].dtype == "float32"


def test_pictures_are_written(tmp_path):
    pytest.importorskip("PIL")
    generator = ImageDataGenerator()
    generator.flow(X, batch_size=3, shuffle=False, save_to_dir=tmp_path, save_prefix="a", save_format="jpg")[2]
    assert sorted(file.name[:3] for file in tmp_path.iterdir()) == ["a_6", "a_7"]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((X, Y[1:]), {}, "8 pictures and 7 rows of y"),
        (((X, Y[1:]), Y), {}, r"8 pictures and 7 rows of x\[1\]\[0\]"),
        ((X, Y), {"sample_weight": Y[2:]}, "6 rows of sample_weight"),
        ((X[..., 0], Y), {}, r"got shape \(8, 4, 4\). Add an axis for the channels"),
        ((X, Y), {"subset": "test"}, 'subset must be "training" or "validation"'),
    ],
)
def test_what_does_not_fit(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        NumpyArrayIterator(*arguments, PLAIN, **options)
    with pytest.warns(UserWarning, match=r"1, 3 or 4 channels; with channels_first .* have 5"):
        NumpyArrayIterator(np.zeros((2, 5, 3, 3)), None, PLAIN, data_format="channels_first")
