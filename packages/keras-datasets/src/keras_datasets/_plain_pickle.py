"""Reading pickled arrays and lists without pickle: nothing that a file names is imported or called."""

from __future__ import annotations

import io
import math
import pickletools
import re
from typing import Any

import numpy as np
from keras_core.saving import FileFormatError

_RECONSTRUCT, _NDARRAY, _DTYPE, _ENCODE = "reconstruct", "ndarray", "dtype", "encode"
# What the pickles of arrays name, by Python 2 and 3 and all versions of NumPy; here these are words.
_KNOWN = {
    "numpy.core.multiarray _reconstruct": _RECONSTRUCT,
    "numpy._core.multiarray _reconstruct": _RECONSTRUCT,
    "numpy ndarray": _NDARRAY,
    "numpy dtype": _DTYPE,
    "_codecs encode": _ENCODE,
}
_NUMBERS = re.compile(r"b1|[iu][1248]|f[248]")
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES = {"INT", "LONG", "LONG1", "BININT", "BININT1", "BININT2", "FLOAT", "BINFLOAT", "UNICODE", "BINUNICODE",
           "SHORT_BINUNICODE", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"}  # fmt: skip
_STRINGS = {"STRING", "BINSTRING", "SHORT_BINSTRING"}  # of Python 2: bytes
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_OPCODES = {ord(opcode.code): opcode for opcode in pickletools.opcodes}
_BYTE, _WORD = ord("K"), ord("M")  # the opcodes of most numbers


class _Name:
    """Something that a pickle names."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Dtype:
    """A dtype that is being read; without its byte order at first."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.order = "="


class _Array:
    """An array before its content has come."""


def read_plain(content: bytes, name: str) -> Any:
    """What a pickle holds, if that is made of numbers, strings, lists, tuples, dicts and arrays of NumPy.

    Args:
        content: the pickle. Strings of Python 2 become bytes.
        name: what messages call it.

    Raises:
        FileFormatError: when it holds something else, or is damaged.
    """
    try:
        return _Reader(content).read()
    except FileFormatError as error:
        raise FileFormatError(f"'{name}' is refused: {error}") from None
    except (IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise FileFormatError(f"'{name}' is damaged, or not a file of this data set: {error}") from error


class _Reader:
    """Runs the opcodes that make plain values.

    Args:
        content: the pickle.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def read(self) -> Any:
        """Run until the end.

        Raises:
            FileFormatError: at an opcode or a name that is none of these.
        """
        content, stack = self._content, self._stack
        file = io.BytesIO(content)
        at = 0
        while True:
            code = content[at]
            if code == _BYTE:  # lists of small numbers are long
                stack.append(content[at + 1])
                at += 2
            elif code == _WORD:
                stack.append(content[at + 1] | content[at + 2] << 8)
                at += 3
            else:
                opcode = _OPCODES[code]
                file.seek(at + 1)
                argument = opcode.arg.reader(file) if opcode.arg is not None else None
                if opcode.name == "STOP":
                    return self._plain(stack.pop())
                self._run(opcode.name, argument)
                at = file.tell()

    def _run(self, name: str, argument: Any) -> None:
        if name in _VALUES:
            self._stack.append(argument)
        elif name in _STRINGS:
            self._stack.append(argument.encode("latin-1"))
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            self._stack[-_TUPLES[name] :] = [tuple(self._stack[-_TUPLES[name] :])]
        else:
            step = getattr(self, f"_do_{name.lower()}", None)
            if step is None:
                raise FileFormatError(f"it holds something besides numbers, strings, lists, dicts and arrays ({name}).")
            step(argument)

    @staticmethod
    def _plain(value: Any) -> Any:
        if isinstance(value, (_Name, _Dtype, _Array)):
            raise FileFormatError("it holds no value.")
        return value

    def _since_mark(self) -> list[Any]:
        start = self._marks.pop()
        found = self._stack[start:]
        del self._stack[start:]
        return found

    def _top(self, kind: type) -> Any:
        if type(self._stack[-1]) is not kind:
            raise FileFormatError(f"it adds to a {type(self._stack[-1]).__name__} as to a {kind.__name__}.")
        return self._stack[-1]

    # --- opcodes ----------------------------------------------------------------------------------

    def _do_proto(self, version: int) -> None:
        pass

    def _do_frame(self, size: int) -> None:
        pass

    def _do_mark(self, _: None) -> None:
        self._marks.append(len(self._stack))

    def _do_empty_list(self, _: None) -> None:
        self._stack.append([])

    def _do_empty_dict(self, _: None) -> None:
        self._stack.append({})

    def _do_empty_tuple(self, _: None) -> None:
        self._stack.append(())

    def _do_list(self, _: None) -> None:
        self._stack.append(self._since_mark())

    def _do_tuple(self, _: None) -> None:
        self._stack.append(tuple(self._since_mark()))

    def _do_dict(self, _: None) -> None:
        items = self._since_mark()
        self._stack.append(dict(zip(items[::2], items[1::2], strict=True)))

    def _do_append(self, _: None) -> None:
        value = self._stack.pop()
        self._top(list).append(value)

    def _do_appends(self, _: None) -> None:
        values = self._since_mark()
        self._top(list).extend(values)

    def _do_setitem(self, _: None) -> None:
        key, value = self._stack[-2:]
        del self._stack[-2:]
        self._top(dict)[key] = value

    def _do_setitems(self, _: None) -> None:
        items = self._since_mark()
        self._top(dict).update(zip(items[::2], items[1::2], strict=True))

    def _do_put(self, number: int) -> None:
        self._memo[number] = self._stack[-1]

    _do_binput = _do_long_binput = _do_put

    def _do_memoize(self, _: None) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _do_get(self, number: int) -> None:
        self._stack.append(self._memo[number])

    _do_binget = _do_long_binget = _do_get

    def _do_global(self, name: str) -> None:
        if name not in _KNOWN:
            raise FileFormatError(f"it names '{name.replace(' ', '.')}', which is not read.")
        self._stack.append(_Name(_KNOWN[name]))

    def _do_stack_global(self, _: None) -> None:
        module, name = self._stack[-2:]
        del self._stack[-2:]
        self._do_global(f"{module} {name}")

    def _do_reduce(self, _: None) -> None:
        function, arguments = self._stack[-2:]
        del self._stack[-2:]
        if not isinstance(function, _Name):
            raise FileFormatError("it calls what is no function.")
        if function.name == _RECONSTRUCT:
            self._stack.append(_Array())
        elif function.name == _DTYPE:
            self._stack.append(_Dtype(_text(arguments[0])))
        elif function.name == _ENCODE and arguments[1] == "latin1":
            self._stack.append(arguments[0].encode("latin-1"))
        else:
            raise FileFormatError(f"it calls '{function.name}'.")

    def _do_build(self, _: None) -> None:
        state = self._stack.pop()
        target = self._stack.pop()
        if isinstance(target, _Dtype):
            target.order = _text(state[1])
            self._stack.append(target)
        elif isinstance(target, _Array):
            array = _array(*state[1:])
            # What was put aside under a number is the array, too.
            self._memo = {number: array if value is target else value for number, value in self._memo.items()}
            self._stack.append(array)
        else:
            raise FileFormatError("it changes what is no array.")


def _text(value: str | bytes) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else value


def _array(shape: tuple[int, ...], dtype: _Dtype, fortran: bool, content: bytes | list[Any]) -> np.ndarray:
    """An array of numbers from bytes, or of objects from a list."""
    size, order = math.prod(shape), "F" if fortran else "C"
    if dtype.code.startswith("O"):
        if not isinstance(content, list) or len(content) != size:
            raise FileFormatError(f"an array of shape {shape} has another number of items.")
        objects = np.empty(size, object)
        for number, item in enumerate(content):
            objects[number] = item
        return objects.reshape(shape, order=order)  # type: ignore[call-overload,no-any-return]
    if not _NUMBERS.fullmatch(dtype.code):
        raise FileFormatError(f"it holds an array of dtype '{dtype.code}'.")
    numbers = np.frombuffer(content, np.dtype(dtype.code).newbyteorder(dtype.order))  # type: ignore[arg-type]
    if numbers.size != size:
        raise FileFormatError(f"an array of shape {shape} has {numbers.size} numbers.")
    return numbers.reshape(shape, order=order)  # type: ignore[call-overload,no-any-return]
