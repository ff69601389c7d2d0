"""Published weights: fetched from a local server, which stands for the real ones by KERAS_APPLICATIONS_URL."""

import hashlib
import warnings

import keras_applications
import numpy as np
import pytest
from block_references import pictures
from keras_applications import VGG16, EfficientNetB0, MobileNet, MobileNetV3Small, published
from keras_core import ops

SMALL = {"alpha": 0.25, "include_top": False, "input_shape": (128, 128, 3)}
FILE = "mobilenet_2_5_128_tf_no_top.h5"


@pytest.fixture
def mirror(site, monkeypatch):
    monkeypatch.setenv("KERAS_APPLICATIONS_URL", site.url)
    monkeypatch.setenv("no_proxy", "*")
    site.asked.clear()
    site.files.clear()
    return site


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A small model, and its weights as a file in Keras 2's layout."""
    model = MobileNet(weights=None, **SMALL)
    path = tmp_path_factory.mktemp("weights") / "m.h5"
    model.save_weights(path)
    return model, path.read_bytes()


def cached(tmp_path):
    folder = tmp_path / "home" / "models"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def set_hash(monkeypatch, content):
    kind = published._table()["MobileNet"]["0.25/128"]
    monkeypatch.setitem(kind, "features", [FILE, hashlib.md5(content).hexdigest()])


def test_weights_are_fetched_once(mirror, written, tmp_path, monkeypatch):
    model, content = written
    mirror.files[f"/{FILE}"] = content
    set_hash(monkeypatch, content)
    for _ in range(2):
        again = MobileNet(weights="imagenet", **SMALL)
        for one, other in zip(again.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
    assert mirror.asked == [f"/{FILE}"] and cached(tmp_path) == [FILE]


def test_a_wrong_hash_is_refused(mirror, written, tmp_path, monkeypatch):
    mirror.files[f"/{FILE}"] = written[1] + b"x"
    set_hash(monkeypatch, written[1])
    with pytest.raises(ValueError, match="hash"):
        MobileNet(weights="imagenet", **SMALL)
    assert FILE not in cached(tmp_path)


def test_a_missing_file(mirror, tmp_path):
    with pytest.warns(UserWarning, match="No hash"), pytest.raises(OSError):
        MobileNet(weights="imagenet", **SMALL)
    assert cached(tmp_path) == []


def test_no_published_hash_is_said(mirror, written):
    mirror.files[f"/{FILE}"] = written[1]
    with pytest.warns(UserWarning, match=f"No hash of {FILE} is published"):
        MobileNet(weights="imagenet", **SMALL)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MobileNet(weights="imagenet", **SMALL)


def test_every_architecture_has_its_files():
    table = published._table()
    labels = {name for name in keras_applications.__all__ if name[0].isupper()}
    assert set(table) == labels
    for label, kinds in table.items():
        for kind in kinds.values():
            assert kind["folder"].startswith("https://storage.googleapis.com/")
            for name, file_hash, *_ in (kind["top"], kind["features"]):
                sizes = (0,) if label in ("MobileNet", "MobileNetV2") else (32, 64)
                assert name.endswith(".h5") and len(file_hash) in sizes
    found = published.published("ResNet50", "", include_top=False)
    assert found.url == (
        "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
        "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    )
    assert found.file_hash == "4d473c1dd8becc155b73f8504c6f6626"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: VGG16(classes=10), "with include_top=True are for 1000 classes; got classes=10"),
        (lambda: VGG16(input_shape=(64, 64, 3)), "for pictures of 224x224"),
        (lambda: VGG16(include_top=False, input_shape=(64, 64, 1)), "for 3 channels"),
        (lambda: MobileNet(alpha=0.3, include_top=False, input_shape=(128, 128, 3)), "are published for 0.3/128"),
        (
            lambda: MobileNetV3Small(minimalistic=True, alpha=0.5, include_top=False, input_shape=(32, 32, 3)),
            "are published for minimalistic of alpha 0.5; there are 0.75, 1, minimalistic",
        ),
    ],
)
def test_weights_that_are_not_published(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_efficientnet_divides_by_the_variance(mirror, tmp_path, monkeypatch):
    options = {"include_top": False, "input_shape": (32, 32, 3)}
    plain = EfficientNetB0(weights=None, **options)
    path = tmp_path / "m.h5"
    plain.save_weights(path)
    kind = published._table()["EfficientNetB0"][""]
    content = path.read_bytes()
    monkeypatch.setitem(kind, "features", ["b0.h5", hashlib.md5(content).hexdigest()])
    mirror.files["/b0.h5"] = content
    loaded = EfficientNetB0(weights="imagenet", **options)
    x = pictures()
    scaled = x / np.sqrt(np.array([0.229, 0.224, 0.225], "float32"))  # new Normalization layers change nothing
    np.testing.assert_allclose(
        ops.convert_to_numpy(loaded(x)), ops.convert_to_numpy(plain(scaled)), rtol=1e-3, atol=1e-4
    )
