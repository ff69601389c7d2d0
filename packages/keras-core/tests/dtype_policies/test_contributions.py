import pytest
from keras_core import Layer, dtype_policies
from keras_core.dtype_policies.contributions import _entry_point, contributed


@pytest.fixture
def alone(monkeypatch):
    """No package quantizes."""
    _entry_point.cache_clear()
    monkeypatch.setattr("keras_core.dtype_policies.contributions.entry_points", lambda **named: ())
    yield
    _entry_point.cache_clear()


QUANTIZED = {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}}


@pytest.mark.parametrize(
    "needs_it",
    [
        lambda: dtype_policies.get("int8_from_float32"),
        lambda: Layer().quantize("int8"),
        lambda: contributed("quantize_model", "Something"),
    ],
)
def test_the_package_to_install_is_named(alone, needs_it):
    with pytest.raises(ModuleNotFoundError, match=r"needs the package keras-quantization.*pip install"):
        needs_it()


def test_a_policy_of_a_file_names_it_too(alone, monkeypatch):
    monkeypatch.setattr("keras_core.dtype_policies.default.find_builtin", lambda kind, name: None)
    with pytest.raises(ModuleNotFoundError, match="'QuantizedDTypePolicy' needs the package keras-quantization"):
        dtype_policies.deserialize(QUANTIZED)


def test_what_is_installed_is_found(monkeypatch):
    class Point:
        def load(self):
            return len

    _entry_point.cache_clear()
    monkeypatch.setattr("keras_core.dtype_policies.contributions.entry_points", lambda **named: (Point(),))
    assert contributed("quantize_layer", "This") is len
    _entry_point.cache_clear()
