"""examples/server over HTTP, on loopback: what requests get, and how the server starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "server"))
import load_test

uvicorn = pytest.importorskip("uvicorn")
serve = pytest.importorskip("serve")  # needs starlette

PATIENCE = 20  # seconds until a test fails that waits for something


@contextlib.contextmanager
def serving(app):
    """Port and server of an application that answers; it is stopped at the end."""
    server = uvicorn.Server(serve.config_of(app, host="127.0.0.1", port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1], server
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
    assert not thread.is_alive()


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def ask(port, body=None, path="/predict"):
    """Status and JSON of an answer; a body is sent as it is where it is bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        sent = body if body is None or isinstance(body, bytes) else json.dumps({"instances": body}).encode()
        connection.request("GET" if body is None else "POST", path, sent)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.fixture(scope="module")
def model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "softmax")])


@pytest.fixture(scope="module")
def port(model):
    with serving(serve.application(model, batch_sizes=(1, 4), timeout=PATIENCE, most_bytes=2000)) as (port, _):
        yield port


class Held:
    """Stands for a model whose calls wait until they may go on."""

    def __init__(self):
        self.called, self.go_on = threading.Event(), threading.Event()
        self.name, self.inputs, self.outputs = "held", [SimpleNamespace(shape=(None, 1), dtype="float32")], [None]

    def compile_predict(self, batch_sizes):
        self.batch_sizes = batch_sizes
        return self

    def __call__(self, rows):
        self.called.set()
        assert self.go_on.wait(PATIENCE)
        return rows


@pytest.fixture
def held():
    made = Held()
    yield made
    made.go_on.set()


@pytest.mark.parametrize("rows", [1, 3, 4])
def test_answers_are_what_predict_gives(model, port, rows):
    x = np.random.default_rng(rows).normal(size=(rows, 3)).astype("float32")
    status, answer = ask(port, x.tolist())
    assert status == 200
    np.testing.assert_allclose(answer["predictions"], model.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"not JSON", "Send"),
        (b"\xff\xfe", "Send"),
        (b"[1, 2]", "Send"),
        (b'{"rows": []}', "KeyError"),
        (b'{"instances": ' + b"[" * 900 + b"]" * 900 + b"}", "of numbers"),
        ([["1", "2", "3"]], "of numbers"),
        ([[1, None, 3]], "of numbers"),
        ([[1, 2, 10**400]], "of numbers"),
        ([[1, 2, float("nan")]], "finite numbers"),
        ([[1, 2, 1e39]], "finite numbers"),
        ([[1, 2], [1, 2, 3]], "of numbers"),
        ([], "1 to 4 instances of shape (3,), got an array of shape (0,)"),
        ([[1, 2]], "1 to 4 instances of shape (3,), got an array of shape (1, 2)"),
        ([[0, 0, 0]] * 5, "1 to 4 instances of shape (3,), got an array of shape (5, 3)"),
    ],
)
def test_wrong_input_is_refused_with_words(port, body, words):
    status, answer = ask(port, body)
    assert status == 400 and words in answer["error"]


def test_bodies_that_are_too_long(port):
    status, answer = ask(port, b" " * 2001)
    assert status == 413 and "more than 2000 bytes" in answer["error"]


def test_fractions_are_no_integers():
    with pytest.raises(serve.Refused, match="numbers of int32"):
        serve.instances_of(b'{"instances": [[1.5]]}', (1,), "int32", 1)
    assert serve.instances_of(b'{"instances": [[2.0]]}', (1,), "int32", 1).tolist() == [[2]]


def test_outputs_that_are_not_finite_have_words():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Lambda(keras.ops.log)])
    with serving(serve.application(model, batch_sizes=(1,), timeout=PATIENCE)) as (port, _):
        assert ask(port, [[1]]) == (200, {"predictions": [[0.0]]})
        status, answer = ask(port, [[0]])
    assert status == 500 and "not finite" in answer["error"]


def test_models_of_several_inputs_are_refused():
    inputs = [keras.Input((1,)), keras.Input((1,))]
    with pytest.raises(ValueError, match="2 inputs and 1 outputs"):
        serve.application(keras.Model(inputs, keras.layers.Add()(inputs)))


def test_more_than_may_wait_get_503(held):
    app = serve.application(held, (1,), most_waiting=2, timeout=PATIENCE)
    with serving(app) as (port, _), ThreadPoolExecutor(5) as threads:
        first = threads.submit(ask, port, [[1]])
        assert held.called.wait(PATIENCE)
        others = [threads.submit(ask, port, [[2]]) for _ in range(4)]
        wait_until(lambda: sum(one.done() for one in others) == 2)
        held.go_on.set()
        assert first.result()[0] == 200
        assert sorted(one.result()[0] for one in others) == [200, 200, 503, 503]


def test_what_takes_too_long_gets_504(held):
    with serving(serve.application(held, (1,), timeout=0.1)) as (port, _):
        status, answer = ask(port, [[1]])
        assert status == 504 and "0.1 s" in answer["error"]
        held.go_on.set()
        wait_until(lambda: ask(port, [[2]]) == (200, {"predictions": [[2.0]]}))


def test_bodies_that_do_not_come_get_504(held):
    with serving(serve.application(held, (1,), timeout=0.1)) as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.putrequest("POST", "/predict")
            connection.putheader("Content-Length", "100")
            connection.endheaders(b"{")
            assert connection.getresponse().status == 504


def test_health_is_answered_from_start_to_stop(model):
    with serving(serve.application(model, batch_sizes=(1,))) as (port, _):
        assert ask(port, path="/health") == (200, {"status": "ok", "model": model.name})
    with pytest.raises(ConnectionRefusedError):
        ask(port, path="/health")


def test_a_stop_ends_what_is_waiting(held):
    app = serve.application(held, (1,), timeout=PATIENCE)
    with serving(app) as (port, server), ThreadPoolExecutor(2) as threads:
        computed = threads.submit(ask, port, [[1]])
        assert held.called.wait(PATIENCE)
        waiting = threads.submit(ask, port, [[2]])
        wait_until(lambda: len(server.server_state.tasks) == 2)
        server.should_exit = True
        threading.Timer(0.3, held.go_on.set).start()
        assert [one.result() for one in (computed, waiting)] == [
            (200, {"predictions": [[1.0]]}),
            (200, {"predictions": [[2.0]]}),
        ]


def test_a_stop_does_not_wait_for_a_call_that_hangs(held):
    app = serve.application(held, (1,), timeout=PATIENCE)
    with ThreadPoolExecutor(1) as threads:
        with serving(app) as (port, server):
            asked = threads.submit(ask, port, [[1]])
            assert held.called.wait(PATIENCE)
            server.should_exit = True
            begun = time.monotonic()
        assert time.monotonic() - begun < PATIENCE / 2
        assert asked.exception() is not None or asked.result()[0] >= 500
        held.go_on.set()


def test_the_load_test_counts_answers(port):
    times, failed = asyncio.run(load_test.load("127.0.0.1", port, (3,), 0.2, 2))
    assert len(times) > 2 and failed == 0
