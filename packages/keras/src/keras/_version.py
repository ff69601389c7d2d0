"""The version of this distribution."""

__version__ = "4.0.0"


def version() -> str:
    """The version of Keras, such as "4.0.0"."""
    return __version__
