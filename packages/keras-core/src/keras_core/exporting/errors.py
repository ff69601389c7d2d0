"""What refuses an export."""


class ExportError(ValueError):
    """A model that a format cannot hold, or whose exported file computes something else; nothing was written."""
