"""Data sets in the form of a framework, made by the package that has it."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = "keras.pipelines"


def into_format(who: str, format: str | None) -> Callable[[Any], Any]:
    """A function that gives a data set in a form; `class_names` and `file_paths` stay with it.

    Args:
        who: the function that is asked for the form, for messages.
        format: a name in the group of entry points `keras.pipelines`, such as "tf"; None keeps data sets as they are.

    Returns:
        A function of a data set that has batches by number, a length and a `batch_size` (None: it gives samples), or of
        a list of such.

    Raises:
        ValueError: for a form that no installed package makes.
    """
    if format is None:
        return lambda dataset: dataset
    points = {point.name: point for point in entry_points(group=GROUP)}
    if format not in points:
        known = ", ".join(repr(name) for name in sorted(points)) or "none"
        raise ValueError(
            f"{who} makes a data set of no framework, which fit takes on every backend, with format=None; got "
            f"{format!r}. Installed packages offer {known}; a framework's form comes with its backend."
        )
    make = points[format].load()

    def formed(dataset: Any) -> Any:
        if isinstance(dataset, list):
            return [formed(one) for one in dataset]
        made = make(dataset)
        for name in ("class_names", "file_paths"):
            if hasattr(dataset, name):
                setattr(made, name, getattr(dataset, name))
        return made

    return formed
