"""Models as pictures, pages and text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from keras_core.argument_checks import checked

from keras_visualization.drawing.mermaid import mermaid_of
from keras_visualization.drawing.raster import pixels_of
from keras_visualization.drawing.sketch import SPLINES, scene_of
from keras_visualization.drawing.svg import html_of, svg_of
from keras_visualization.models.diagram import Shown
from keras_visualization.models.model_to_dot import diagram_for, dot_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import Model, OpGraph
    from keras_core.typing import PathLike

_WHO = "plot_model()"
_TEXTS = (".svg", ".html", ".htm", ".mmd", ".mermaid", ".md", ".dot", ".gv")
_PIXELS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".pdf")


@checked
def plot_model(
    model: Model | OpGraph,
    to_file: PathLike = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: Literal["TB", "BT", "LR", "RL"] = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str | bool = "ortho",
    layer_range: Sequence[str] | None = None,
) -> Any:
    """Write a model as a picture, without Graphviz.

    Inputs are green, layers with weights blue, or grey where none of them is trained, and models inside orange. Of a
    graph of ops, ops that read variables are coloured so; constants and ops that no result needs are left out.

    The order of arguments and their defaults are those of Keras 3: Keras 2 has no `show_dtype`, and shows names of
    layers.

    Args:
        model: the model, or what `export_graph` gave of a model or function.
        to_file: the file, whose ending says what is written: ".svg"; ".html", a page; ".png", ".jpg", ".gif", ".webp",
            ".bmp", ".tif" or ".pdf", which need Pillow; ".mmd", text of Mermaid, or ".md", the same for a page of
            Markdown; ".dot", text of Graphviz, which needs pydot. Without an ending it is PNG. Defaults to "model.png".
        show_shapes: whether shapes of inputs and outputs are shown. Defaults to False.
        show_dtype: whether the dtype of outputs is. Defaults to False.
        show_layer_names: whether names of layers are, besides their classes; of an op, that of its layer. Defaults to
            False.
        rankdir: where arrows run: "TB" from top to bottom, "BT", "LR" from left to right, or "RL". Defaults to "TB".
        expand_nested: whether models inside are frames around their own layers, and layers around their ops. Defaults
            to False.
        dpi: pixels of an inch in files of pixels; letters are a sixth of an inch high. Defaults to 200.
        show_layer_activations: whether activations of layers are shown. Defaults to False.
        show_trainable: whether it is shown which layers are trained. Defaults to False.
        splines: how arrows run: "ortho" with right angles, "curved" or "spline", "line" or "polyline", or "none".
            Defaults to "ortho".
        layer_range: names of the first and the last layer to show, or regular expressions that their names begin with.
            Defaults to None.

    Returns:
        In a notebook the picture, which it shows; else None.

    Raises:
        ImportError: where a library that the ending needs is not installed; it says which.
        ValueError: for an argument of the wrong kind, or layers that the model does not have.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from keras_core import Input, Model, ops
        >>> from keras_visualization import plot_model
        >>> inputs = Input((3,), name="given")
        >>> path = Path(tempfile.mkdtemp(), "model.mmd")
        >>> plot_model(Model(inputs, ops.relu(inputs)), path)
        >>> print(path.read_text().splitlines()[:4])
        ['flowchart TB', '    model_0["<b>InputLayer</b>"]', '    model_1["<b>Relu</b>"]', '    model_0 --> model_1']
    """
    path = Path(to_file)
    if not path.suffix:
        path = path.with_suffix(".png")
    ending = path.suffix.lower()
    if ending not in (*_TEXTS, *_PIXELS):
        raise ValueError(f"{_WHO}: to_file must end in one of {', '.join((*_TEXTS, *_PIXELS))}; got {str(to_file)!r}.")
    if str(splines).lower() not in SPLINES:
        raise ValueError(f"{_WHO}: splines must be one of {', '.join(map(repr, SPLINES))}; got {splines!r}.")
    if dpi <= 0:
        raise ValueError(f"{_WHO}: dpi must be above 0, got {dpi!r}.")
    shown = Shown(
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested, layer_range
    )
    diagram = diagram_for(model, shown, _WHO)
    if ending in (".mmd", ".mermaid", ".md"):
        text = mermaid_of(diagram, rankdir)
        path.write_text(f"```mermaid\n{text}```\n" if ending == ".md" else text, encoding="utf-8")
        return None
    if ending in (".dot", ".gv"):
        path.write_text(dot_of(diagram, rankdir, dpi, splines, False, _WHO).to_string(), encoding="utf-8")
        return None
    scene = scene_of(diagram, rankdir, str(splines))
    if ending in _PIXELS:
        pixels_of(scene, dpi, _WHO).save(path, **({"resolution": dpi} if ending == ".pdf" else {"dpi": (dpi, dpi)}))
    else:
        path.write_text(svg_of(scene) if ending == ".svg" else html_of(scene), encoding="utf-8")
    return _shown_in_notebook(path, ending)


def _shown_in_notebook(path: Path, ending: str) -> Any:
    """What a notebook shows of a file, or None elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None or ending not in (".svg", ".png", ".jpg", ".jpeg", ".gif"):
        return None
    from IPython.display import SVG, Image

    return SVG(filename=str(path)) if ending == ".svg" else Image(filename=str(path))
