"""A model's architecture as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from keras_core.saving.older_configs import in_todays_form
from keras_core.saving.reader import parse_json
from keras_core.saving.save_scope import saving
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object

if TYPE_CHECKING:
    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import Config


def model_to_json(model: SavableModel, **kwargs: Any) -> str:
    """The architecture of a model, without weights and training state.

    Args:
        model: the model.
        **kwargs: for `json.dumps`, such as `indent=2`.
    """
    with saving():
        config = serialize_keras_object(model)
    config.pop("compile_config", None)
    return json.dumps(config, **kwargs)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A model with new weights from what `to_json()` gave, in Keras 3's or Keras 2's form.

    Args:
        json_string: the JSON.
        custom_objects: names of custom classes and functions.

    Raises:
        ValueError: when it is no JSON, too large or too deep, or names something unknown.
    """
    return model_from_config(parse_json(json_string, "The model's JSON"), custom_objects)


def model_from_config(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """A model with new weights from a dict with `class_name` and `config`.

    Args:
        config: dict with `class_name` and `config`.
        custom_objects: custom classes and functions by name, for this call only. Defaults to None.

    Raises:
        ValueError: for anything else.
    """
    if not isinstance(config, dict) or "class_name" not in config or "config" not in config:
        raise ValueError(
            "A model's config is a dict with 'class_name' and 'config', got "
            f"{type(config).__name__}. A list of layers is what Sequential.from_config() takes."
        )
    return deserialize_keras_object(in_todays_form(config), custom_objects=custom_objects, kind="layer")
