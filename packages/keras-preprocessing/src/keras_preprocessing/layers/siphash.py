"""SipHash-2-4 of bytes with a key, the hash by which Keras 3 puts salted values into buckets.

Reference: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
"""

from __future__ import annotations

_ALL = 0xFFFFFFFFFFFFFFFF


def siphash(data: bytes, key: tuple[int, int]) -> int:
    """The hash, an int below 2**64.

    Args:
        data: what is hashed.
        key: two ints of 64 bits.

    Example:
        >>> hex(siphash(bytes(range(15)), (0x0706050403020100, 0x0F0E0D0C0B0A0908)))
        '0xa129ca6149be45e5'
    """
    first, second = key[0] & _ALL, key[1] & _ALL
    state = [
        first ^ 0x736F6D6570736575,
        second ^ 0x646F72616E646F6D,
        first ^ 0x6C7967656E657261,
        second ^ 0x7465646279746573,
    ]
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        state[3] ^= word
        _rounds(state, 2)
        state[0] ^= word
    state[2] ^= 0xFF
    _rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _rounds(state: list[int], number: int) -> None:
    a, b, c, d = state
    for _ in range(number):
        a, c = (a + b) & _ALL, (c + d) & _ALL
        b, d = _turned(b, 13) ^ a, _turned(d, 16) ^ c
        a = _turned(a, 32)
        c, a = (c + b) & _ALL, (a + d) & _ALL
        b, d = _turned(b, 17) ^ c, _turned(d, 21) ^ a
        c = _turned(c, 32)
    state[:] = a, b, c, d


def _turned(value: int, by: int) -> int:
    """Bits of a 64-bit word turned to the left."""
    return (value << by | value >> (64 - by)) & _ALL
