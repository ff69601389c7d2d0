"""Where callbacks tell what happens."""

from __future__ import annotations

import logging

from keras_core.config.switches import is_interactive_logging_enabled


def tell(text: str) -> None:
    """Print a line, or give it to the logger "keras" where interactive logging is switched off.

    Args:
        text: the line.
    """
    if is_interactive_logging_enabled():
        print(text, flush=True)
    else:
        logging.getLogger("keras").info("%s", text)
