"""Changed copies of configs and files that still have their form, so that they get past the first check of it."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Mutate = Callable[[bytes], bytes]  # what changes bytes without knowing what they are

#: Values that readers have fallen for.
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 3, 255, 2**16, 2**31, 2**63, 2**64, 10**30, -(2**63)),
    *(0.0, -0.5, 1e-300, 1e300, float("nan"), float("inf"), "", "x", "a/b", "../../x", "/etc/passwd", "~", "\0", "é"),
    *("float32", "float16", "bfloat16", "int8", "string", "complex64", "mixed_float16", "Dense", "os", "system"),
    *("builtins", "keras.layers", "keras.src.ops.numpy", "function", "__keras_tensor__", "__lambda__", "__tensor__"),
    *([], {}, [[]], [None], [0], [-1, 2], [None, 2**40], {"class_name": "Dense", "config": {}}),
    {"class_name": "__lambda__", "config": {"value": "4wAAAAAAAAAA"}},
    {"class_name": "__numpy__", "config": {"value": [1.0], "dtype": "object"}},
    {"class_name": "function", "config": "system", "module": "os", "registered_name": "system"},
    {"class_name": "Lambda", "config": {"function": ["4wAAAAAAAAAA", None, None], "function_type": "lambda"}},
    {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
    {"class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}},
    {"class_name": "get_file", "module": "keras.utils", "config": {"origin": "http://127.0.0.1/x"}},
]


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in lists and dicts inside one another: what holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    stack = [tree]
    while stack and len(found) < 20_000:
        one = stack.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            stack.append(one[key])
    return found


def _other_number(value: float, draw: random.Random) -> Any:
    return draw.choice([value + 1, value - 1, -value, value * 2, value * 1000, float(value), str(value), [value]])


def changed_tree(tree: Any, draw: random.Random, others: list[Any]) -> Any:
    """A config in which a few values are others, are missing, are twice there, or come from another config."""
    tree = copy.deepcopy(tree)
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        places = _places(tree)
        if not places:
            return copy.deepcopy(draw.choice(VALUES))
        holder, key = draw.choice(places)
        what = draw.randrange(9)
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif what == 2:
            source, name = draw.choice(places)
            if name in source if isinstance(source, dict) else name < len(source):
                holder[key] = copy.deepcopy(source[name])
        elif what in (3, 4) and others:
            source, name = draw.choice(_places(draw.choice(others)) or [(VALUES, 0)])
            holder[key] = copy.deepcopy(source[name])
        elif what == 5 and isinstance(holder, dict):
            moved = holder.pop(key)
            holder[draw.choice([*holder, "name"])] = moved
        elif what == 6 and type(holder[key]) in (int, float):
            holder[key] = _other_number(holder[key], draw)
        elif what == 7:
            holder[key] = [holder[key]] if draw.random() < 0.5 else {"class_name": holder[key], "config": holder[key]}
        else:
            holder[key] = copy.deepcopy(draw.choice(VALUES))
    return tree


def changed_json(text: bytes, draw: random.Random, others: list[Any], mutate: Mutate) -> bytes:
    """JSON, changed as a tree, or now and then as bytes."""
    if draw.random() < 0.1:
        return mutate(text)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return mutate(text)
    return json.dumps(changed_tree(tree, draw, others)).encode()


def changed_words(content: bytes, draw: random.Random, mutate: Mutate) -> bytes:
    """Binary content: a few words copied from elsewhere in it or extreme, a few bytes changed, or its end cut off."""
    if draw.random() < 0.3 or len(content) < 32:
        return mutate(content)
    changed = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 6])):
        width = draw.choice([1, 2, 4, 8, 8])
        target = draw.randrange(len(changed) - width)
        target -= target % width if draw.random() < 0.8 else 0
        source = draw.randrange(len(changed) - width)
        words = [bytes(width), b"\xff" * width, (1).to_bytes(width, "little"), (1 << 8 * width - 1).to_bytes(width)]
        words += [bytes(changed[source : source + width])] * 3
        if width >= 4:  # a place in the file
            words += [draw.randrange(len(changed)).to_bytes(width, "little")] * 2
        changed[target : target + width] = draw.choice(words)
    return bytes(changed)


def changed_zip(content: bytes, draw: random.Random, change: Callable[[str, bytes], bytes], mutate: Mutate) -> bytes:
    """A zip archive in which a member is changed, is missing, is there twice or has another name; or changed bytes."""
    if draw.random() < 0.1:
        return mutate(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # it was changed as bytes before
        return mutate(content)
    if not members:
        return mutate(content)
    index = draw.randrange(len(members))
    name, old = members[index]
    what = draw.randrange(12)
    if what == 0:
        del members[index]
    elif what == 1:
        members[index] = (draw.choice(["../x", "/x", "a\\b", "", name + "/", "assets/" + name, "C:x"]) or "x", old)
    elif what == 2:
        members.append((name if draw.random() < 0.3 else name + "2", old))
    else:
        members[index] = (name, change(name, old))
    packed = io.BytesIO()
    with zipfile.ZipFile(
        packed, "w", draw.choice([zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    ) as new:
        for name, old in members:
            new.writestr(name, old)
    return packed.getvalue()
