"""The worker: a program for CPython 3.6 with CNTK 2.7 and NumPy, which builds functions and runs them.

It is started with the number of a socket and speaks JSON messages over it, each behind its length (4 bytes, little
endian). Arrays lie in files that both processes map. It imports nothing of Keras.

Messages, and what is answered:

- ``{"do": "hello", "version": 1}``: ``{"version", "cntk"}``.
- ``{"do": "build", "program", "file", "size", "room", "phases"}``: ``{}``. A phase is a list of functions. The file
  holds constants, inputs and outputs at the places that the functions name; it can be unlinked behind the answer.
- ``{"do": "run", "program", "phase"}``: ``{}``, after the outputs are written into the file. Meanwhile the worker may
  ask ``{"ask": number, "program", "arrays": [[offset, shape, dtype]], "room"}`` for what NumPy computes of these
  arrays; when it is answered, the results lie one behind the other at the offset `room` of the same file.
- ``{"do": "drop", "program"}``: ``{}``.

An answer with ``"error"`` says what went wrong.
"""

import ctypes
import json
import mmap
import os
import socket
import struct
import sys
import traceback
import warnings

import numpy as np

warnings.simplefilter("ignore")
import cntk as C  # noqa: E402
from cntk import cntk_py  # noqa: E402
from cntk.ops.functions import UserFunction  # noqa: E402

VERSION = 1
CPU = C.cpu()


class Threads:
    """How many threads CNTK's products and copies use: all, or one where waking the others takes longer."""

    def __init__(self):
        self.openmp = ctypes.CDLL("libiomp5.so")
        self.now = self.all = self.openmp.omp_get_max_threads()

    def use(self, many):
        wanted = self.all if many else 1
        if wanted != self.now:
            self.openmp.omp_set_num_threads(wanted)
            self.now = wanted


THREADS = Threads()


class Channel:
    """Messages over a socket."""

    def __init__(self, connection):
        self.connection = connection

    def send(self, message):
        data = json.dumps(message).encode()
        self.connection.sendall(struct.pack("<I", len(data)) + data)

    def receive(self):
        head = self.read(4)
        return None if head is None else json.loads(self.read(struct.unpack("<I", head)[0]).decode())

    def read(self, count):
        parts = []
        while count:
            part = self.connection.recv(min(count, 1 << 20))
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class Asked(UserFunction):
    """An op that NumPy computes in the other process, and its gradient."""

    def __init__(self, args, program, params):
        super().__init__(args, name="asked")
        self.program = program
        self.params = params
        self.taken = [tuple(arg.shape) for arg in args]

    def infer_outputs(self):
        dtype = np.dtype(self.params["dtype"])
        return [C.output_variable(tuple(self.params["shape"]), dtype, [], needs_gradient=self.params["active"])]

    def forward(self, arguments, device=None, outputs_to_retain=None):
        given = arguments if isinstance(arguments, (list, tuple)) else [arguments]
        given = [np.reshape(one, shape) for one, shape in zip(given, self.taken)]
        (result,) = self.program.ask(self.params["forward"], given, [self.params["shape"]], self.params["dtype"])
        return given + [result], result

    def backward(self, state, root_gradients, variables=None):
        root = np.reshape(root_gradients, self.params["shape"])
        shapes = self.taken
        found = self.program.ask(self.params["backward"], list(state) + [root], shapes, self.params["dtype"])
        if variables is None or not isinstance(variables, dict):
            return found[0]
        for variable, gradient in zip(self.inputs, found):
            if variable in variables:
                variables[variable] = gradient
        return None


def plain(name):
    return lambda args, p: getattr(C, name)(*args)


def reduced(name):
    return lambda args, p: getattr(C, name)(args[0], axis=p["axes"], keepdims=True)


def placed(name):
    return lambda args, p: getattr(C, name)(args[0], axis=p["axis"])


def batched(function):
    """CNTK runs this over a batch axis only."""
    return lambda args, p: C.unpack_batch(function(args, p))


def gather(args, p):
    """Its gradient takes its value for a matrix of another shape, unless it is reshaped."""
    found = C.gather(*args)
    return C.reshape(found, (1,) + tuple(found.shape))


def convolution(args, p):
    x, kernel = args
    return C.convolution(kernel, C.to_batch(x), strides=tuple([1] + p["strides"]), auto_padding=[False] + p["auto"])


def pooling(kind):
    def build(args, p):
        window, strides = tuple(p["window"]), tuple(p["strides"])
        return C.pooling(C.to_batch(args[0]), kind, window, strides, auto_padding=[False])

    return build


BUILDERS = {
    "reshape": lambda args, p: C.reshape(args[0], tuple(p["sizes"])),
    "transpose": lambda args, p: C.transpose(args[0], tuple(p["axes"])),
    "slice": lambda args, p: C.slice(args[0], p["axis"], p["begin"], p["end"], p["step"]),
    "splice": lambda args, p: C.splice(*args, axis=p["axis"]),
    "gather": gather,
    "pass": lambda args, p: args[0],
    "cast": lambda args, p: C.cast(args[0], np.dtype(p["to"])),
    "argmax": placed("argmax"),
    "argmin": placed("argmin"),
    "batch_times": batched(lambda args, p: C.times(C.to_batch(args[0]), C.to_batch(args[1]))),
    "convolution": batched(convolution),
    "max_pool": batched(pooling(C.MAX_POOLING)),
    "average_pool": batched(pooling(C.AVG_POOLING)),
}


def shared(name):
    """A maximum or minimum whose gradient all cells share that are equal to it."""

    def build(args, p):
        x = args[0]
        found = getattr(C, name)(C.stop_gradient(x), axis=p["axes"], keepdims=True)
        mine = C.stop_gradient(C.equal(x, found))
        total = C.reduce_sum(C.element_select(mine, x, mine * 0), axis=p["axes"], keepdims=True)
        return total / C.reduce_sum(mine, axis=p["axes"], keepdims=True)

    return build


BUILDERS["shared_max"], BUILDERS["shared_min"] = shared("reduce_max"), shared("reduce_min")
for _name in ["sum", "mean", "max", "min", "prod"]:
    BUILDERS["reduce_" + _name] = reduced("reduce_" + _name)
for _name in [
    "plus",
    "minus",
    "element_times",
    "element_divide",
    "element_max",
    "element_min",
    "element_select",
    "pow",
    "times",
    "stop_gradient",
    "equal",
    "not_equal",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "abs",
    "exp",
    "log",
    "sqrt",
    "square",
    "negate",
    "floor",
    "ceil",
    "relu",
    "sigmoid",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "asin",
    "acos",
    "atan",
    "asinh",
    "atanh",
]:
    BUILDERS[_name] = plain(_name)


class Program:
    """Functions that run one after the other, and the file that their arrays lie in."""

    def __init__(self, channel, message):
        self.channel = channel
        self.number = message["program"]
        with open(message["file"], "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), message["size"])
        self.room = message["room"]
        self.failure = None
        self.functions = [[Function(self, one) for one in phase] for phase in message["phases"]]

    def array(self, offset, shape, dtype):
        count = int(np.prod(shape)) if shape else 1
        return np.frombuffer(self.memory, np.dtype(dtype), count, offset).reshape(shape)

    def view(self, place):
        """A Value over an array in the file."""
        array = self.array(*place)
        return cntk_py.Value(C.NDArrayView.from_dense(array, CPU, borrow=True))

    def ask(self, number, given, shapes, dtype):
        offset, places = self.room, []
        for one in given:
            array = np.array(one, order="C")
            self.array(offset, array.shape, array.dtype)[...] = array
            places.append([offset, list(array.shape), array.dtype.name])
            offset += (array.nbytes + 63) // 64 * 64
        self.channel.send({"ask": number, "program": self.number, "arrays": places, "room": offset})
        answer = self.channel.receive()
        if answer is None:
            raise SystemExit(0)
        if "error" in answer:
            self.failure = answer["error"]
            raise RuntimeError(self.failure)
        found = []
        for shape in shapes:
            array = np.array(self.array(offset, tuple(shape), dtype))
            offset += (array.nbytes + 63) // 64 * 64
            found.append(array)
        return found

    def run(self, phase):
        self.failure = None
        try:
            for function in self.functions[phase]:
                function.run()
        except Exception:
            if self.failure is None:
                raise
            raise RuntimeError(self.failure) from None  # CNTK says only that there was one


class Function:
    """One function of CNTK: what it takes, what it gives, and gradients of its first result."""

    def __init__(self, program, spec):
        self.program = program
        self.threads = spec["threads"]
        self.fixed = {}
        self.widened = []  # pairs of an array and the narrow one in the file that it stands for
        precisions = set(dtype for op, _, _, dtype, _ in spec["nodes"] if op == "input")
        self.wide = "float64" if len(precisions) > 1 else None
        made = []
        self.inputs = {}
        for number, node in enumerate(spec["nodes"]):
            if node[0] == "input":
                self.inputs[number], result = self.input(*node[2:])
            else:
                result = self.node(node, made)
            made.append(result)
        roots = []
        for number, place in spec["outputs"]:
            root = made[number]
            if not isinstance(root, C.Function) or any(root is other for other, _ in roots):
                root = root * 1  # outputs are functions, each one of its own
            roots.append((root, place))
        self.function = C.combine([root for root, _ in roots])
        variables = list(self.function.outputs)
        used = set(self.function.arguments)
        self.fixed = {variable: value for variable, value in self.fixed.items() if variable in used}
        self.outputs = {one: self.program.view(place) for one, (_, place) in zip(variables, roots)}
        gradients = [(self.inputs[number], place) for number, place in spec["gradients"]]
        self.narrowed = []  # the same for gradients
        self.gradients = {one: self.gradient(one, place) for one, place in gradients if one in used}
        self.missing = [self.program.array(*place) for variable, place in gradients if variable not in used]
        self.loss = variables[0]
        one = np.ones((), spec["precision"])
        self.one = cntk_py.Value(C.NDArrayView.from_dense(one, CPU))

    def input(self, shape, dtype, params):
        """A variable of a function and what stands for it there: all variables have to be of one dtype."""
        wide = self.wide or dtype
        variable = C.input_variable(tuple(shape), np.dtype(wide), params["active"], dynamic_axes=[])
        if wide == dtype:
            self.fixed[variable] = self.program.view(params["place"])
            return variable, variable
        array = np.zeros(tuple(shape), wide)
        self.widened.append((array, self.program.array(*params["place"])))
        self.fixed[variable] = cntk_py.Value(C.NDArrayView.from_dense(array, CPU, borrow=True))
        return variable, C.cast(variable, np.dtype(dtype))

    def gradient(self, variable, place):
        """Where the gradient by a variable is written."""
        narrow = self.program.array(*place)
        if variable.dtype == narrow.dtype:
            return self.program.view(place)
        array = np.zeros(narrow.shape, variable.dtype)
        self.narrowed.append((narrow, array))
        return cntk_py.Value(C.NDArrayView.from_dense(array, CPU, borrow=True))

    def node(self, node, made):
        op, places, shape, dtype, params = node
        if op == "constant":
            if "value" in params:
                return C.constant(params["value"], tuple(shape), dtype=np.dtype(dtype))
            return C.constant(np.array(self.program.array(*params["place"])), dtype=np.dtype(dtype))
        args = [made[place] for place in places]
        if op == "user":
            return C.user_function(Asked([arg * 1 for arg in args], self.program, params))
        try:
            result = BUILDERS[op](args, params)
            if tuple(result.shape) != tuple(shape):
                result = C.reshape(result, tuple(shape))
        except Exception as error:
            shapes = [tuple(arg.shape) for arg in args]
            first = (str(error).strip().splitlines() or [repr(error)])[0]
            raise RuntimeError(f"CNTK cannot build {op} of {shapes}: {first}") from error
        return result

    def run(self):
        """CNTK writes what it gives into the views of the file."""
        THREADS.use(self.threads)
        for array, narrow in self.widened:
            array[...] = narrow
        retained = {self.loss} if self.gradients else set()
        state = self.function._forward(self.fixed, dict(self.outputs), CPU, retained)  # noqa: SLF001
        for array in self.missing:
            array[...] = 0
        if self.gradients:
            self.function._backward(state, {self.loss: self.one}, dict(self.gradients))  # noqa: SLF001
        for narrow, array in self.narrowed:
            narrow[...] = array


def serve(channel):
    programs = {}
    while True:
        message = channel.receive()
        if message is None:
            return
        try:
            answer = {}
            if message["do"] == "hello":
                answer = {"version": VERSION, "cntk": C.__version__}
            elif message["do"] == "build":
                programs[message["program"]] = Program(channel, message)
            elif message["do"] == "run":
                programs[message["program"]].run(message["phase"])
            elif message["do"] == "drop":
                programs.pop(message["program"], None)
        except Exception as error:
            lines = str(error).strip().splitlines() or [repr(error)]
            answer = {"error": lines[0], "trace": traceback.format_exc()}
        channel.send(answer)


if __name__ == "__main__":
    C.device.try_set_default_device(CPU)
    serve(Channel(socket.socket(fileno=int(sys.argv[1]))))
    os._exit(0)
