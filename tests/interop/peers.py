"""What is done with the models that peers share: they are trained, written to files, read, and asked for outputs."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import more_models  # which adds to MODELS
import numpy as np
from peer_models import BATCH, MODELS, OPTIMIZERS, RANDOM, UNTRAINED, WORDS, double

if TYPE_CHECKING:
    from collections.abc import Callable


def exchanged(peer: str) -> list[str]:
    """The models that a peer can have, and that are the same there."""
    alone = () if peer == "keras" else more_models.IN_KERAS_3_ALONE
    return [name for name in MODELS if name not in alone and (peer, name) not in DIFFERENT]


def inputs_for(model: Any) -> list[np.ndarray]:
    """Fixed data for a model's inputs, with a few zeros for masks."""
    ends = [((None, 4), "float32")] if model.name == "subclassed" else [(t.shape, t.dtype) for t in model.inputs]
    rng = np.random.default_rng(len(ends))
    found = []
    for full_shape, dtype in ends:
        shape = (BATCH, *full_shape[1:])
        if dtype == "string":
            found.append(rng.choice([*WORDS, "other"], shape))
            continue
        integers = "int" in str(dtype)
        data = rng.integers(0, 10, shape) if integers else rng.normal(size=shape)
        data[0, -1] = 0
        found.append(data.astype("int32" if integers else "float32"))
    return _with_strings(found) if any(array.dtype.kind == "U" for array in found) else found


def _with_strings(arrays: list[np.ndarray]) -> list[Any]:
    """Arrays, some of them of strings, as both sides take them."""
    import tensorflow as tf

    return list(map(tf.constant, arrays))


def by_name(names: list[str], arrays: list[np.ndarray], named: bool) -> Any:
    """The arrays as a model takes them: as a dict, a list, or the only one."""
    if named:
        return dict(zip(names, arrays))
    return arrays if len(arrays) > 1 else arrays[0]


def outputs_of(model: Any) -> list[np.ndarray]:
    """The model's outputs for its data, as a flat list; stateful layers start at zero."""
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            (getattr(layer, "reset_state", None) or layer.reset_states)()
    fed = by_name(["a", "b"], inputs_for(model), model.name == "named_ends")
    found = model.predict_on_batch(fed)
    if isinstance(found, dict):
        return [np.asarray(found[key]) for key in sorted(found)]
    return [np.asarray(one) for one in found] if isinstance(found, (list, tuple)) else [np.asarray(found)]


def train_step(model: Any) -> float:
    """One training step on fixed data; the loss before it."""
    rng = np.random.default_rng(7)
    shapes = [(None, 2)] if model.name == "subclassed" else [t.shape for t in model.outputs]
    targets = [rng.normal(size=(BATCH, *shape[1:])).astype("float32") for shape in shapes]
    named = model.name == "named_ends"
    fed = by_name(["a", "b"], inputs_for(model), named), by_name(["one", "two"], targets, named)
    return float(np.ravel(model.train_on_batch(*fed))[0])


def compiled(name: str, keras: Any) -> Any:
    """The model of that name, compiled; eagerly, since tracing takes most of the time of so small models."""
    model = MODELS[name](keras)
    # Upstream's TensorFlow updates only the rows of an embedding that occur; for SGD that is no difference.
    usual = OPTIMIZERS["sgd" if "embedding" in name else "adam"]
    optimizer = OPTIMIZERS.get(name.removeprefix("optimizer_"), usual)
    loss = {"one": "mse", "two": "mse"} if name == "named_ends" else "mse"
    if name not in ("named_ends", "subclassed") and len(model.outputs) > 1:
        loss = ["mse", "mse"]
    model.compile(optimizer=optimizer(keras.optimizers), loss=loss, run_eagerly=True)
    return model


def made(name: str, keras: Any) -> Any:
    """The same with fixed weights and three steps of training behind it."""
    model = compiled(name, keras)
    rng = np.random.default_rng(11)
    if not name.startswith("adapted_"):  # whose statistics upstream has computed before
        weights = [np.abs(rng.normal(size=w.shape) * 0.4 + 0.1).astype(w.dtype) for w in model.get_weights()]
        model.set_weights(weights)
    for _ in range(3):
        if name not in UNTRAINED:
            train_step(model)
    return model


def trains(name: str) -> bool:
    """Whether one more step gives the same on both sides, no random numbers being drawn."""
    return name not in RANDOM | UNTRAINED


# --- files ----------------------------------------------------------------------------------------

UPSTREAM = "3.15.1"
#: Kind of file → its ending. The first ones hold models, the others weights.
WHOLE = {"archive": ".keras", "folder": ".folder", "model_h5": ".h5"}
FILES = {**WHOLE, "weights": ".weights.h5", "shards": ".weights.json", "weights_h5": "_weights.hdf5"}
#: What each peer writes for us, and reads of ours. tf_keras cannot read archives of Keras 3.
WRITTEN = {"keras": ("archive", "weights", "model_h5"), "tf_keras": ("archive", "weights", "model_h5", "weights_h5")}
READ = {"keras": ("archive", "weights", "model_h5"), "tf_keras": ("model_h5", "weights_h5")}
#: Kinds of files that nobody reads: not written by upstream, or without what belongs to the model.
NOT_WRITTEN: dict[str, tuple[str, ...]] = {
    "subclassed": ("model_h5",),
    "strings_embedding": ("model_h5", "weights_h5"),
    "arithmetic": ("model_h5",),  # upstream writes ops without a module, and does not find them itself
    "embedding_transformer": ("model_h5",),  # likewise, those of its mask
    "randombrightness": ("model_h5",),  # upstream: cannot pickle 'module' object
}
#: Files of ours that a peer does not read: upstream Keras 3 those of models whose files of Keras 2 it does not read
#: either; tf_keras those of models with layers in a dict, which it sorts by its keys.
_UNREAD_BY_KERAS_3 = (
    "attention attention_dropout attention_over_axes layer_normalization_axes mixed_layers mixed_policies nested "
    "lambda_layer multi_head_attention multi_head_causal multi_head_dropout multi_head_gate multi_head_window "
    "recurrent_state"
)
UNREAD = {"keras": {"model_h5": [*_UNREAD_BY_KERAS_3.split()]}, "tf_keras": {"weights_h5": ["subclassed"]}}
#: Models whose predictions differ by what they mean: kinds of files in which the meaning is not told.
DIFFERENT = {
    ("keras", "randomcrop"): "upstream leaves pictures as they are where it does not train",
    ("tf_keras", "activation_hard_sigmoid"): "Keras 3 has another function of that name",
    ("tf_keras", "batch_normalization_plain"): "a kernel of TensorFlow divides the moving variance by n - 1",
}
#: Models that are exchanged as a folder and in shards, too, whose members are those of archives.
IN_PARTS = {"nested", "shared_layer", "subclassed", "optimizer_adam", "stacked_cells", "multi_head_attention"}


def kinds_of(name: str, peer: str, kinds: dict[str, tuple[str, ...]]) -> list[str]:
    """The kinds of files that are exchanged with a peer for a model."""
    found = list(kinds[peer])
    own = ("attention", "multi_head", "subclassed", "embedding_transformer")
    if peer == "tf_keras" and any(one in name for one in own):  # it names attributes otherwise than Keras 3
        found = [kind for kind in found if kind.endswith("h5")]
    if kinds is READ:
        found = [kind for kind in found if name not in UNREAD[peer].get(kind, ())]
    if peer == "keras" and name in IN_PARTS:
        found = ["folder", "shards", *found]  # upstream leaves the optimizer out after it has written .h5
    return [kind for kind in found if kind not in NOT_WRITTEN.get(name, ())]


def write(folder: Any, name: str, keras: Any, kinds: list[str]) -> None:
    """Make a model and write its files, what it predicts, and what it predicts after one more step."""
    model = made(name, keras)
    for kind in kinds:
        path = f"{folder}/{name}{FILES[kind]}"
        options = {"folder": {"zipped": False}, "shards": {"max_shard_size": 1e-6}}.get(kind, {})
        (model.save if kind in WHOLE else model.save_weights)(path, **options)
    np.savez(f"{folder}/{name}.npz", *outputs_of(model), **after_step(model, name))


def read(folder: Any, name: str, keras: Any, kinds: list[str]) -> dict[str, Any]:
    """What a model predicts that was loaded from its files in a folder, and after a step, by kind of file.

    A file that cannot be read gives the text of the error in place of that.
    """
    return {kind: _attempt(lambda kind=kind: _read(folder, name, keras, kind)) for kind in kinds}


def _attempt(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Exception:
        return traceback.format_exc()


def _read(folder: Any, name: str, keras: Any, kind: str) -> dict[str, np.ndarray]:
    path = f"{folder}/{name}{FILES[kind]}"
    if kind in WHOLE:
        known = {"double": double, "lambda": double}
        # Upstream knows Keras 2's optimizers in .h5 by names that tf_keras does not.
        compiles = kind != "model_h5" or keras.__version__ != UPSTREAM
        model = keras.models.load_model(path, custom_objects=known, compile=compiles)
    else:
        model = compiled(name, keras)
        model.optimizer.build(model.trainable_variables)  # upstream leaves the state of an unbuilt one out
        model.load_weights(path)
    found = {f"arr_{number}": value for number, value in enumerate(outputs_of(model))}
    return found | (after_step(model, name) if goes_on(name, kind, keras.__version__) else {})


def goes_on(name: str, kind: str, reader: str) -> bool:
    """Whether training goes on from a file as it would have from the model, and draws no random numbers.

    Upstream Keras does not compile models of .h5 files here, see `_read`, and weights hold the state of the
    optimizer where it is that of Keras 3; models of every layer have it tested with archives alone.
    """
    if not trains(name) or (kind == "model_h5" and reader == UPSTREAM):
        return False
    return kind in WHOLE or (kind != "weights_h5" and name.startswith("optimizer_"))


def after_step(model: Any, name: str) -> dict[str, np.ndarray]:
    """Loss and first output of one more training step, which depend on the optimizer's state."""
    if not trains(name):
        return {}
    losses = [train_step(model), train_step(model)]
    iterations = np.asarray(int(np.asarray(model.optimizer.iterations)))
    return {"after": outputs_of(model)[0], "iterations": iterations, "losses": np.asarray(losses)}
