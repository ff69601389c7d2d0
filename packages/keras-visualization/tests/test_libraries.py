"""Libraries that are not installed are named, with what to do."""

from __future__ import annotations

import sys

import pytest
from keras_visualization.libraries import patches, pillow, pydot, pyplot


@pytest.mark.parametrize(
    ("module", "ask", "named"),
    [
        ("PIL.Image", lambda: pillow("f()", "Image"), "Pillow, which is not installed: pip install pillow"),
        ("matplotlib.pyplot", lambda: pyplot("f()"), "Matplotlib, which is not installed: pip install matplotlib"),
        ("matplotlib.patches", lambda: patches("f()"), "Matplotlib, which is not installed: pip install matplotlib"),
        ("pydot", lambda: pydot("f()"), "pydot, which is not installed: pip install pydot"),
    ],
)
def test_what_to_install(module: str, ask: object, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"f\(\) needs {named}"):
        ask()  # type: ignore[operator]
