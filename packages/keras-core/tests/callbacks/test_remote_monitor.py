"""RemoteMonitor: what it sends to a server, and what it does without one."""

import http.server
import json
import threading
import urllib.parse

import numpy as np
import pytest
from keras_core.callbacks import RemoteMonitor


@pytest.fixture
def server():
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append((self.path, dict(self.headers), content))
            self.send_response(500 if "refuse" in self.path else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http_server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http_server.server_port}", received
    http_server.shutdown()
    thread.join()
    http_server.server_close()


def test_logs_are_sent_as_a_field_of_a_form(run, server):
    root, received = server
    logs = [{"loss": np.float32(0.5), "each": np.array([1.0, 2.0])}, {"loss": 0.25}]
    run([RemoteMonitor(root, headers={"X-Run": "7"})], logs)
    assert [path for path, _, _ in received] == ["/publish/epoch/end/"] * 2
    assert received[0][1]["X-Run"] == "7"
    sent = [json.loads(urllib.parse.parse_qs(content)["data"][0]) for _, _, content in received]
    assert sent == [{"epoch": 0, "loss": 0.5, "each": [1.0, 2.0]}, {"epoch": 1, "loss": 0.25}]


def test_logs_are_sent_as_json(run, server):
    root, received = server
    run([RemoteMonitor(root, path="/here", send_as_json=True)], [{"loss": 0.5}])
    (path, headers, content), *_ = received
    assert (path, headers["Content-Type"], json.loads(content)) == (
        "/here",
        "application/json",
        {"epoch": 0, "loss": 0.5},
    )


def test_training_goes_on_without_the_server(run, server):
    root, received = server
    with pytest.warns(UserWarning, match="the logs of epoch 1 did not reach .*/refuse.*500"):
        history = run([RemoteMonitor(root, path="/refuse")], [{"loss": 0.5}])
    assert history.history == {"loss": [0.5]} and len(received) == 1
    with pytest.warns(UserWarning, match="did not reach http://127.0.0.1:9/"):
        run([RemoteMonitor("http://127.0.0.1:9")], [{"loss": 0.5}])


def test_other_addresses_are_refused():
    with pytest.raises(ValueError, match=r"root must begin with .http://.*file:///etc"):
        RemoteMonitor("file:///etc/passwd")
