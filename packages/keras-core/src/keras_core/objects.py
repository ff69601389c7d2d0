"""The closed registry: every name that a string or a file may stand for.

A name resolves to a built-in of the core, to an entry of an installed distribution's catalogue
(entry points of group `keras.objects`), or to what the user registered or passed. Nothing else: a
file cannot make anything be imported by what it says.
"""

import difflib
import functools
import importlib
import importlib.metadata
import inspect
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from keras_core.saving.custom_objects import find_custom as find_custom
from keras_core.saving.custom_objects import get_custom_objects as get_custom_objects
from keras_core.saving.custom_objects import get_registered_name as get_registered_name
from keras_core.saving.custom_objects import known_mappings

_GROUP = "keras.objects"
_FOLDER = Path(__file__).parent
_HELPERS = frozenset({"get", "serialize", "deserialize"})


class Kind(NamedTuple):
    """What a kind of object is called, where the core keeps it and which class all of it share."""

    title: str
    modules: tuple[str, ...]
    base: str | None  # "module:class"; None: functions
    example: str  # a name of that kind, for messages
    callables: bool = True  # whether any callable may stand for such an object

    def base_class(self) -> type | None:
        """Import and return the base class of this kind, None for functions."""
        return None if self.base is None else _resolve(self.base)


def _kind(title: str, family: str, example: str, *more: str, base: str | None = "", callables: bool = True) -> Kind:
    module = f"keras_core.{family}"
    return Kind(title, (module, *more), None if base is None else f"{module}:{base or title}", example, callables)


KINDS: dict[str, Kind] = {
    "layer": _kind("Layer", "layers", "Dense", "keras_core.models"),
    "optimizer": _kind("Optimizer", "optimizers", "sgd", callables=False),
    "schedule": _kind("Learning-rate schedule", "optimizers", "ExponentialDecay", base="LearningRateSchedule"),
    "loss": _kind("Loss", "losses", "mse"),
    "metric": _kind("Metric", "metrics", "accuracy"),
    "initializer": _kind("Initializer", "initializers", "zeros"),
    "regularizer": _kind("Regularizer", "regularizers", "l2"),
    "constraint": _kind("Constraint", "constraints", "max_norm"),
    "activation": _kind("Activation", "activations", "relu", base=None),
    "callback": _kind("Callback", "callbacks", "EarlyStopping"),
}
# Kinds in which a plain function stands for itself: `get` returns it instead of calling it.
_FUNCTION_KINDS = frozenset({"loss", "metric", "activation"})
# Where files written by Keras say that objects of a kind live.
PUBLIC_MODULES: dict[str, str] = {kind: f"keras.{kind}s" for kind in KINDS} | {
    "loss": "keras.losses",
    "schedule": "keras.optimizers.schedules",
}

# Classes of no kind, or that files place elsewhere: name → (module in files, where it is).
_SPECIAL: dict[str, tuple[str, str]] = {
    "Functional": ("keras.src.models.functional", "keras_core.models:Functional"),
    "Sequential": ("keras", "keras_core.models:Sequential"),
    "Model": ("keras", "keras_core.models:Model"),
    "InputSpec": ("keras", "keras_core.layers:InputSpec"),
    "DTypePolicy": ("keras", "keras_core.dtype_policies:DTypePolicy"),
    "DTypePolicyMap": ("keras.dtype_policies", "keras_core.dtype_policies:DTypePolicyMap"),
    "SeedGenerator": ("keras.random", "keras_core.random:SeedGenerator"),
}
# What the segment after "keras." in a file's module name says about the kind.
_KINDS_OF_SEGMENT: dict[str, tuple[str, ...]] = {
    **{module.split(".")[1]: (kind,) for kind, module in PUBLIC_MODULES.items()},
    "utils": ("layer",),
    **dict.fromkeys(
        ("", "models", "engine", "random", "dtype_policies", "distillation", "quantizers"), ("layer", "special")
    ),
    "optimizers": ("optimizer", "schedule"),
}

# --- finding names --------------------------------------------------------------------------------


def lookup(kind: str, name: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Find the class or function that `name` stands for.

    Args:
        kind: what is looked for: "layer", "optimizer", "schedule", "loss", "metric", "initializer",
            "regularizer", "constraint", "activation" or "callback".
        name: a public name ("Adam"), its lower-case spelling ("adam", "glorot_uniform"), or a
            registered name ("my_package>Thing" or, when there is only one such, "Thing").
        custom_objects: names known for this call only; they come first.

    Returns:
        The class or function.

    Raises:
        ValueError: for an unknown name (with the nearest ones), a name whose package is missing
            (with the command), and a name that two distributions claim.

    Example:
        >>> lookup("layer", "MyThing", custom_objects={"MyThing": int})
        <class 'int'>
    """
    found = find_custom(name, custom_objects)
    if found is None:
        found = find_builtin(kind, name)
    if found is None:
        raise ValueError(unknown_message(kind, name, custom_objects))
    return found


def find_builtin(kind: str, name: str) -> Any:
    """The class or function of the core or of a catalogue that `name` stands for; else None."""
    if kind == "special":
        if name in _SPECIAL:
            return _resolve(_SPECIAL[name][1])
        found = _from_catalogues(name)
        return found if _has_place(found) else None
    for candidate in _spellings(kind, name):
        for module in KINDS[kind].modules:
            found = _exported(module, candidate)
            if found is not None and _is_of(kind, found):
                return found
        found = _from_catalogues(candidate)
        if found is not None and _is_of(kind, found):
            return found
    return None


def find_function(name: str, kind: str | None = None) -> Any:
    """The function that `name` stands for: custom, of that kind, of any kind, or an op; else None."""
    found = find_custom(name)
    if found is not None:
        return found
    for candidate in (*([kind] if kind in _FUNCTION_KINDS else []), "activation", "loss", "metric"):
        found = _lookup_builtin_exact(candidate, name)
        if inspect.isroutine(found):
            return found
    return _op(name)


def _op(name: str) -> Any:
    """The op of that name, None where there is none."""
    found = _exported("keras_core.ops", name)
    return found if hasattr(found, "op") else None


def kinds_of_module(module: object) -> tuple[str, ...]:
    """The kinds of object that a file means by a module of Keras; none for any other module.

    Example:
        >>> kinds_of_module("keras.src.layers.core.dense"), kinds_of_module("os")
        (('layer',), ())
    """
    first, *rest = str(module).split(".")
    rest = rest[1:] if rest[:1] == ["src"] else rest
    return _KINDS_OF_SEGMENT.get(rest[0] if rest else "", ()) if first == "keras" else ()


def is_a(kind: str, obj: object) -> bool:
    """Whether an instance is of this kind."""
    base = KINDS[kind].base_class()
    return base is not None and isinstance(obj, base)


def _spellings(kind: str, name: str) -> Iterator[str]:
    """What `name` may stand for: itself, its alias, and what differs in case or underscores."""
    yield name
    alias = _aliases(kind).get(name, name)
    yield alias
    yield from _names_by_plain(kind).get(_plain(alias), ())


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _names(kind: str) -> list[str]:
    """Every name that may belong to a kind: the core's exports and all catalogues."""
    exported = [n for module in KINDS[kind].modules for n in _public_names(module)]
    return list(dict.fromkeys([*exported, *_catalogues()]))


@functools.cache
def _names_by_plain(kind: str) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name in _names(kind):
        names.setdefault(_plain(name), []).append(name)
    return names


@functools.cache
def _public_names(module: str) -> dict[str, None]:
    """The public names of a module, in their order."""
    return dict.fromkeys(n for n in importlib.import_module(module).__all__ if n not in _HELPERS)


def _exported(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name) if name in _public_names(module) else None


def _is_of(kind: str, obj: Any) -> bool:
    """Whether a built-in class or function may stand for an object of this kind."""
    base = KINDS[kind].base_class()
    if base is not None and inspect.isclass(obj):
        return issubclass(obj, base)
    return inspect.isroutine(obj) and kind in _FUNCTION_KINDS


def _has_place(obj: Any) -> bool:
    """Whether a class of a catalogue says by `written_in` where files place it, as those of no kind do."""
    return inspect.isclass(obj) and "written_in" in vars(obj)


@functools.cache
def _catalogues() -> dict[str, dict[str, str]]:
    """Public name → {distribution: "module:attribute"} over all installed distributions."""
    merged: dict[str, dict[str, str]] = {}
    for entry in importlib.metadata.entry_points(group=_GROUP):
        distribution = entry.dist.name if entry.dist is not None else entry.name
        try:
            catalogue = entry.load()
        except Exception as error:
            warnings.warn(f"The objects of {distribution} are left out: {error!r}")
            continue
        for name, target in catalogue.items():
            merged.setdefault(name, {})[distribution] = target
    return merged


def _from_catalogues(name: str) -> Any:
    providers = _catalogues().get(name, {})
    if len(providers) > 1:
        listed = " and ".join(sorted(providers))
        raise ValueError(f"The name '{name}' is provided by two distributions, {listed}. Uninstall one of them.")
    return next((_resolve(target) for target in providers.values()), None)


def _resolve(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


@functools.cache
def known_objects() -> dict[str, list[dict[str, Any]]]:
    """Kind → the distributions that provide it, each with its public names and their aliases, installed or not."""
    return tomllib.loads(_FOLDER.joinpath("known_objects.toml").read_text("utf-8"))


@functools.cache
def family() -> frozenset[str]:
    """Import names of the core and of the packages that provide objects for it, installed or not.

    Example:
        >>> "keras_layers" in family(), "keras_by_someone_else" in family()
        (True, False)
    """
    known = (entry["distribution"] for entries in known_objects().values() for entry in entries)
    return frozenset({"keras_core", *(name.replace("-", "_") for name in known)})


@functools.cache
def _aliases(kind: str) -> dict[str, str]:
    """Other names for objects of a kind: those of the core's family, and those of packages."""
    family = _FOLDER.joinpath(KINDS[kind].modules[0].partition(".")[2], "aliases.toml")
    own = tomllib.loads(family.read_text("utf-8")) if family.exists() else {}
    known = {old: new for entry in known_objects().get(kind, ()) for old, new in entry.get("aliases", {}).items()}
    return {**known, **own}


def _known_names(kind: str) -> Iterator[str]:
    """The names of a kind that distributions provide, installed or not."""
    for entry in known_objects().get(kind, ()):
        yield from entry["names"]


def public_name(obj: object) -> tuple[str, str] | None:
    """Return (kind, name) of a built-in class or function, None for anything else.

    Example:
        >>> public_name(print) is None
        True
    """
    name = getattr(obj, "__name__", None)
    if not isinstance(name, str):
        return None
    from_packages = functools.cache(_from_catalogues)
    for kind in KINDS:
        found = _from_modules(kind, name)
        if (from_packages(name) if found is None else found) is obj and _is_of(kind, obj):
            return kind, name
    return None


def written_name(cls: type) -> tuple[str, str, str | None] | None:
    """`module`, `class_name` and `registered_name` that files hold for a built-in class.

    A class whose public name in files is not its own says so by `written_as`, and one that is elsewhere than its kind
    by `written_in`.
    """
    name = cls.__name__
    if name in _SPECIAL and _resolve(_SPECIAL[name][1]) is cls:
        return _SPECIAL[name][0], name, name if name == "Functional" else None
    own = vars(cls)
    found = public_name(cls)
    if found is None:
        return (own["written_in"], name, None) if _has_place(cls) and _from_catalogues(name) is cls else None
    return own.get("written_in", PUBLIC_MODULES[found[0]]), own.get("written_as", found[1]), None


def function_name(function: object) -> str | None:
    """The name of a built-in function or op, None for any other function."""
    name = getattr(function, "__name__", "")
    known = public_name(function) is not None or (bool(name) and _op(name) is function)
    return name if known else None


def _lookup_builtin_exact(kind: str, name: str) -> Any:
    found = _from_modules(kind, name)
    return _from_catalogues(name) if found is None else found


def _from_modules(kind: str, name: str) -> Any:
    """What the core's own modules of a kind have under a name."""
    for module in KINDS[kind].modules:
        found = _exported(module, name)
        if found is not None and _is_of(kind, found):
            return found
    return None


def unknown_message(kind: str | None, name: str, custom_objects: Mapping[str, Any] | None = None) -> str:
    """What to say of a name that resolves to nothing: the missing package, or the nearest names."""
    if kind not in KINDS:
        return f"Unknown class '{name}'. {_REMEDY}"
    title = KINDS[kind].title
    missing = missing_distribution(kind, name)
    if missing:
        return (
            f"{title} '{name}' is provided by {missing}, which is not installed. Install it "
            f"from a checkout of Keras: pip install ./packages/{missing}"
        )
    custom = [n for mapping in known_mappings(custom_objects) for n in mapping]
    near = _nearest(kind, name, custom)
    hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
    return f"Unknown {title.lower()} '{name}'.{hint} {_REMEDY}"


_REMEDY = (
    "An object of your own must be registered with `@keras.saving.register_keras_serializable()` "
    "or be passed in `custom_objects={...}`."
)


def provider_of(name: str, functions: bool = False) -> str | None:
    """The distribution that provides a built-in object of a name, installed or not; None for a name of no built-in one.

    Args:
        name: a public name of any kind, or an old name of one.
        functions: whether it is the name of a function: only kinds that functions may stand for count then. Defaults to
            False.

    Example:
        >>> provider_of("Dense"), provider_of("MeanSquaredError"), provider_of("my_package>Thing")
        ('keras-layers', 'keras-core', None)
    """
    kinds = _FUNCTION_KINDS if functions else KINDS
    for kind in kinds:
        alias = _plain(_aliases(kind).get(name, name))
        for entry in known_objects().get(kind, ()):
            if alias in map(_plain, entry["names"]):
                return str(entry["distribution"])
    own = name in _SPECIAL or any(find_builtin(kind, name) is not None for kind in kinds)
    return "keras-core" if own else None


def missing_distribution(kind: str, name: str) -> str | None:
    """The distribution that provides an object of this name and is not installed; else None."""
    if kind not in KINDS:  # what only files name
        return None
    alias = _plain(_aliases(kind).get(name, name))
    installed = {provider for providers in _catalogues().values() for provider in providers}
    for entry in known_objects().get(kind, ()):
        if entry["distribution"] not in installed and alias in map(_plain, entry["names"]):
            return str(entry["distribution"])
    return None


def _nearest(kind: str, name: str, custom: list[str]) -> list[str]:
    own = set(custom)
    by_plain: dict[str, list[str]] = {}
    for candidate in [*custom, *_names(kind), *_known_names(kind)]:
        by_plain.setdefault(_plain(candidate), []).append(candidate)
    near: list[str] = []
    for plain in difflib.get_close_matches(_plain(name), by_plain, n=6, cutoff=0.6):
        fitting = [c for c in by_plain[plain] if c in own or _is_of_kind(kind, c)]
        same_case = [c for c in fitting if c.islower() == name.islower()]
        near += (same_case or fitting)[:1]
    return near[:3]


def _is_of_kind(kind: str, name: str) -> bool:
    """Whether a name is of this kind, for a hint: no package, and no framework, is imported where the table tells."""
    if _from_modules(kind, name) is not None:
        return True
    known = [one for one in known_objects() if name in _known_names(one)]
    found = None if known else _from_catalogues(name)
    return kind in known or (found is not None and _is_of(kind, found))


# --- from a name to an object ---------------------------------------------------------------------


def instance(kind: str, identifier: object, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The object that a name, a class, an instance or a callable stands for; None stays None.

    Args:
        kind: as for `lookup`.
        identifier: the name, class (called without arguments), instance or callable.
        custom_objects: names known for this call only.

    Raises:
        ValueError: for an unknown name, or something that cannot stand for an object of this kind.
    """
    if identifier is None:
        return None
    found = lookup(kind, identifier, custom_objects) if isinstance(identifier, str) else identifier
    if inspect.isclass(found):
        found = _made(found)
    if is_a(kind, found) or (callable(found) and KINDS[kind].callables):
        return found
    raise not_of(kind, identifier)


def _made(cls: type) -> Any:
    """An instance of a class with its default arguments."""
    try:
        return cls()
    except TypeError as error:
        try:
            inspect.signature(cls).bind()
        except TypeError as missing:
            raise ValueError(
                f"{cls.__name__} cannot be made of its name or class alone: {missing}. Give an instance, or a config."
            ) from error
        raise


def not_of(kind: str, identifier: object) -> ValueError:
    """The error for something that cannot stand for an object of a kind."""
    title, _, base, example, callables = KINDS[kind]
    article = "an" if title[0] in "AEIO" else "a"
    accepted = [f"a name such as '{example}'", "a config"]
    accepted += [f"an instance or class of {base.partition(':')[2]}"] if base else []
    accepted += ["a callable"] if callables else []
    listed = f"{', '.join(accepted[:-1])}, or {accepted[-1]}"
    return ValueError(f"Cannot interpret {identifier!r} as {article} {title.lower()}: expected {listed}.")
