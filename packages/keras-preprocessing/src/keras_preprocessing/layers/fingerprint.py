"""FarmHash's 64-bit fingerprint of bytes, the hash by which Keras 3 puts strings into buckets.

Reference: Pike, "FarmHash", 2014: ``Fingerprint64``, whose values are fixed for ever.
"""

from __future__ import annotations

_ALL = 0xFFFFFFFFFFFFFFFF
CROSS = 0xC6A4A7935BD1E995
"""The factor of `crossed`."""
SEED = 0xDECAFCAFFE
"""What a crossing of features begins with, as in TensorFlow."""
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def fingerprint(data: bytes) -> int:
    """The fingerprint, an int below 2**64.

    Example:
        >>> fingerprint(b"")
        11160318154034397263
    """
    length = len(data)
    if length <= 16:
        return _up_to_16(data, length)
    multiplier = _K2 + 2 * length
    if length <= 32:
        a, b = _word(data, 0) * _K1, _word(data, 8)
        c, d = _word(data, length - 8) * multiplier, _word(data, length - 16) * _K2
        return _mixed(_turned(a + b, 43) + _turned(c, 30) + d, a + _turned(b + _K2, 18) + c, multiplier)
    if length <= 64:
        return _up_to_64(data, length, multiplier)
    return _long(data, length)


def crossed(first: int, second: int) -> int:
    """Two fingerprints as one, which depends on their order; TensorFlow's ``FingerprintCat64``."""
    value = first ^ CROSS ^ _folded(second * CROSS & _ALL) * CROSS & _ALL
    value = _folded(value * CROSS & _ALL) * CROSS & _ALL
    return _folded(value)


def _up_to_16(data: bytes, length: int) -> int:
    multiplier = _K2 + 2 * length
    if length >= 8:
        a, b = _word(data, 0) + _K2, _word(data, length - 8)
        return _mixed(_turned(b, 37) * multiplier + a, (_turned(a, 25) + b) * multiplier, multiplier)
    if length >= 4:
        return _mixed(length + (_word(data, 0, 4) << 3), _word(data, length - 4, 4), multiplier)
    if length:
        y = data[0] + (data[length >> 1] << 8)
        z = length + (data[length - 1] << 2)
        return _folded((y * _K2 ^ z * _K0) & _ALL) * _K2 & _ALL
    return _K2


def _up_to_64(data: bytes, length: int, multiplier: int) -> int:
    a, b = _word(data, 0) * _K2, _word(data, 8)
    c, d = _word(data, length - 8) * multiplier, _word(data, length - 16) * _K2
    y = _turned(a + b, 43) + _turned(c, 30) + d
    z = _mixed(y, a + _turned(b + _K2, 18) + c, multiplier)
    e, f = _word(data, 16) * multiplier, _word(data, 24)
    g, h = (y + _word(data, length - 32)) * multiplier, (z + _word(data, length - 24)) * multiplier
    return _mixed(_turned(e + f, 43) + _turned(g, 30) + h, e + _turned(f + a, 18) + g, multiplier)


def _long(data: bytes, length: int) -> int:
    x = 81 * _K2 + _word(data, 0)
    y = 81 * _K1 + 113
    z = _folded((y * _K2 + 113) & _ALL) * _K2
    v, w = (0, 0), (0, 0)
    end = (length - 1) // 64 * 64
    for at in range(0, end, 64):
        x, y, z, v, w = _round(data, at, x, y, z, v, w, _K1, 1)
    multiplier = _K1 + ((z & 0xFF) << 1)
    rest = (length - 1) & 63
    first = w[0] + rest
    v = (v[0] + first, v[1])
    w = (first + v[0], w[1])
    x, y, z, v, w = _round(data, length - 64, x, y, z, v, w, multiplier, 9)
    one = _mixed(v[0], w[0], multiplier) + _folded(y & _ALL) * _K0 + z
    return _mixed(one, _mixed(v[1], w[1], multiplier) + x, multiplier)


Pair = tuple[int, int]


def _round(
    data: bytes, at: int, x: int, y: int, z: int, v: Pair, w: Pair, multiplier: int, weight: int
) -> tuple[int, int, int, Pair, Pair]:
    """Mixes 64 bytes in; x and z have changed places afterwards."""
    x = _turned(x + y + v[0] + _word(data, at + 8), 37) * multiplier & _ALL
    y = _turned(y + v[1] + _word(data, at + 48), 42) * multiplier & _ALL
    x ^= w[1] * weight & _ALL
    y = (y + v[0] * weight + _word(data, at + 40)) & _ALL
    z = _turned(z + w[0], 33) * multiplier & _ALL
    v = _weak(data, at, v[1] * multiplier, x + w[0])
    w = _weak(data, at + 32, z + w[1], y + _word(data, at + 16))
    return z, y, x, v, w


def _weak(data: bytes, at: int, a: int, b: int) -> Pair:
    a += _word(data, at)
    last = _word(data, at + 24)
    b = _turned(b + a + last, 21)
    start = a
    a += _word(data, at + 8) + _word(data, at + 16)
    b += _turned(a, 44)
    return (a + last) & _ALL, (b + start) & _ALL


def _word(data: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _turned(value: int, by: int) -> int:
    """Bits of a 64-bit word turned to the right."""
    value &= _ALL
    return (value >> by | value << (64 - by)) & _ALL


def _folded(value: int) -> int:
    return value ^ value >> 47


def _mixed(u: int, v: int, multiplier: int) -> int:
    a = _folded((u ^ v) * multiplier & _ALL)
    b = _folded((v ^ a) * multiplier & _ALL)
    return b * multiplier & _ALL
