"""Where callbacks tell what happens."""

from __future__ import annotations

import logging

from keras_core.config.switches import is_interactive_logging_enabled
from keras_core.staging.share import is_first_process


def tell(text: str) -> None:
    """Print a line, or give it to the logger "keras" where interactive logging is off; one process of a job does.

    Args:
        text: the line.
    """
    if not is_first_process():
        return
    if is_interactive_logging_enabled():
        print(text, flush=True)
    else:
        logging.getLogger("keras").info("%s", text)
