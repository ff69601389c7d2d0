"""How wide text is in Helvetica, whose widths Arial and Liberation Sans share."""

from __future__ import annotations

import unicodedata

# Thousandths of the size, from the font's metrics: of the characters from the space to the tilde.
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778,
    722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
    278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD = 1.08  # about how much wider the bold font is


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text.

    Args:
        text: the line. Other characters than ASCII count as an average one, or as a square where they are wide.
        size: of the font; the result has its unit.
        bold: whether the font is bold. Defaults to False.
    """
    total = 0
    for sign in text:
        code = ord(sign) - 32
        if 0 <= code < len(_WIDTHS):
            total += _WIDTHS[code]
        elif not unicodedata.combining(sign):
            total += 1000 if unicodedata.east_asian_width(sign) in "WF" else 600
    return total * size / 1000 * (_BOLD if bold else 1.0)
