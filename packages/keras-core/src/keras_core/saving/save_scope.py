"""What one save or one load knows: objects met twice, and objects that will not be found again."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from keras_core.config.loading_limits import limited
from keras_core.saving.custom_objects import CustomObjectScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import CustomObjects


class IncompleteConfigError(NotImplementedError):
    """A layer has arguments that no config can hold.

    Args:
        class_name: the layer's class.
        lacking: the arguments, with the types of their values.
        config: the rest of its config.
    """

    def __init__(self, class_name: str, lacking: list[str], config: dict[str, Any]) -> None:
        self.class_name = class_name
        self.lacking = f"no config can hold {', '.join(lacking)}"
        self.config = config
        super().__init__(
            f"{class_name} was made with arguments that no config can hold: {', '.join(lacking)}. Define "
            "`get_config()` and `from_config()` in the class, or give the class of these values a `get_config()`."
        )


class SaveScope:
    """One save: configs of the layers met so far, and names that a load will have to be told.

    Args:
        tells: whether what could not be loaded again is told at its end; otherwise it is an error. Defaults to False.
    """

    def __init__(self, tells: bool = False) -> None:
        self.tells = tells
        self.custom_objects: dict[str, Any] = {}
        self.incomplete: list[str] = []  # classes whose config cannot call their __init__
        self.with_assets: dict[int, Any] = {}  # by id, the objects whose assets the file holds
        self.written_names: dict[type, tuple[str, str, str | None] | None] = {}  # of the classes met so far
        self._configs: dict[int, tuple[Any, dict[str, Any]]] = {}

    def shared(self, obj: object) -> dict[str, Any] | None:
        """The config that `obj` got earlier in this save, marked as shared; None the first time."""
        found = self._configs.get(id(obj))
        if found is None:
            return None
        found[1].setdefault("shared_object_id", len(self._configs) + id(obj))
        return dict(found[1])

    def name_for(self, name: str, obj: object) -> str:
        """The name under which a load will have to be given `obj`; numbered where it is taken."""
        number, unique = 0, name
        while self.custom_objects.setdefault(unique, obj) is not obj:
            number += 1
            unique = f"{name}_{number}"
        return unique

    def remember(self, obj: object, config: dict[str, Any]) -> None:
        """Keep the config of `obj`, so that a second use of it can refer to the first."""
        self._configs[id(obj)] = (obj, config)


class LoadScope:
    """One load: objects that several places of the config share, and whether models are compiled."""

    def __init__(self, compile: bool) -> None:
        self.compile = compile
        self.depth = 0  # how many objects are being rebuilt around the present one
        self.shared: dict[Any, Any] = {}
        self.not_compiled: dict[str, dict[str, str]] = {}  # model → names that compiling it needs → missing package


#: The save in progress: layers already written, names that loading will need.
_save: ContextVar[SaveScope | None] = ContextVar("keras_save", default=None)
#: The load in progress: layers already read, what limits it.
_load: ContextVar[LoadScope | None] = ContextVar("keras_load", default=None)


@contextmanager
def saving() -> Iterator[SaveScope]:
    """Everything serialized inside belongs to one save; its end names what a load must be told.

    Warns:
        UserWarning: naming all custom classes and functions that are not registered.
    """
    current = _save.get()
    if current is not None:
        yield current
        return
    scope = SaveScope(tells=True)
    token = _save.set(scope)
    try:
        yield scope
    finally:
        _save.reset(token)
    if scope.custom_objects or scope.incomplete:
        warnings.warn(" ".join(_advice(scope.custom_objects) + _incomplete(scope.incomplete)))


def _incomplete(errors: list[str]) -> list[str]:
    if not errors:
        return []
    listed = "; ".join(dict.fromkeys(errors))
    return [f"The saved model cannot be loaded until these return all arguments of __init__: {listed}."]


def _advice(custom_objects: dict[str, Any]) -> list[str]:
    if not custom_objects:
        return []
    listed = ", ".join(
        f"{'class' if isinstance(obj, type) else 'function'} '{name}'" for name, obj in custom_objects.items()
    )
    passed = ", ".join(f"'{name}': ..." for name in custom_objects)
    text = (
        f"Loading the model will need {listed}, which no file can hold. Register them with "
        "`@keras.saving.register_keras_serializable()` where they are defined, or pass them when "
        f"loading: custom_objects={{{passed}}}."
    )
    if "<lambda>" in custom_objects:
        text += " A lambda has no name of its own: make it a function with `def`."
    return [text]


@contextmanager
def copying() -> Iterator[dict[str, Any]]:
    """Gives the custom objects of what is serialized inside, by the names that their configs use."""
    scope = SaveScope()
    token = _save.set(scope)
    try:
        yield scope.custom_objects
    finally:
        _save.reset(token)


def current_save() -> SaveScope | None:
    """The save under way in this thread, if any."""
    return _save.get()


@contextmanager
def loading(custom_objects: CustomObjects | None = None, compile: bool | None = None) -> Iterator[LoadScope]:
    """Everything deserialized inside belongs to one load, the outermost one.

    Warns:
        UserWarning: at its end, naming the models that were not compiled because a package is missing.
    """
    with CustomObjectScope(custom_objects or {}), limited():
        current = _load.get()
        if current is not None:
            yield current
            return
        scope = LoadScope(compile is not False)
        token = _load.set(scope)
        try:
            yield scope
        finally:
            _load.reset(token)
    if scope.not_compiled:
        warnings.warn(_uncompiled(scope.not_compiled))


def _uncompiled(models: dict[str, dict[str, str]]) -> str:
    missing = {name: distribution for names in models.values() for name, distribution in names.items()}
    needed = " and ".join(f"'{name}' of {distribution}" for name, distribution in missing.items())
    packages = list(dict.fromkeys(missing.values()))
    several = len(packages) > 1
    models_were = f"{'Models' if len(models) > 1 else 'Model'} {', '.join(map(repr, models))} " + (
        "were" if len(models) > 1 else "was"
    )
    return (
        f"{models_were} loaded without being compiled: that needs {needed}, and {' and '.join(packages)} "
        f"{'are' if several else 'is'} not installed. Predictions need nothing more. To go on training, install "
        f"{'them' if several else 'it'} from a checkout of Keras (pip install "
        f"{' '.join(f'./packages/{package}' for package in packages)}) and load the file again. compile=False turns "
        "this warning off."
    )
