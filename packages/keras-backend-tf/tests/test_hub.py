"""The hub and its lines, all in this process."""

import socket
import threading
import time
from multiprocessing.connection import Client

import pytest
from keras_backend_tf import hub
from keras_backend_tf.hub import Hub, Line, Missing


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def at_once(*functions):
    """What each function returns or raises, each in a thread of its own."""
    found = [None] * len(functions)

    def run(k):
        try:
            found[k] = functions[k]()
        except RuntimeError as error:
            found[k] = error

    threads = [threading.Thread(target=run, args=(k,), daemon=True) for k in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def joined(size, timeout=20.0):
    port = free_port()
    started = Hub(port, size)
    lines = at_once(*[lambda r=r: Line(f"127.0.0.1:{port}", r, size, timeout, f"server {r}") for r in range(size)])
    return started, lines, port


def test_all_hear_what_all_say():
    _, lines, _ = joined(3)
    assert [line.servers for line in lines] == [["server 0", "server 1", "server 2"]] * 3
    for word in ("a", "b"):
        messages = [f"{word}{rank}".encode() for rank in range(3)]
        found = at_once(*[lambda r=r, m=messages: lines[r].exchange(m[r]) for r in range(3)])
        assert found == [messages] * 3
    every = bytes(range(256))
    assert at_once(*[lambda r=r: lines[r].exchange(every) for r in range(3)]) == [[every] * 3] * 3


def test_who_has_ended_is_named_with_what_it_said():
    started, lines, _ = joined(3)
    lines[1].tell_failure("ValueError: my own")
    lines[1].close()
    for error in at_once(lambda: lines[0].exchange(b"here"), lambda: lines[2].exchange(b"here")):
        assert isinstance(error, Missing)
        assert str(error).startswith(f"Rank 1 of 3 on {socket.gethostname()}, process ")
        assert "(ValueError: my own): the process has ended. Rank " in str(error)
    lines[2].close()
    started.wait_for_end(10)
    assert "Rank 1 of 3 on " in lines[0].who_is_missing()


def test_who_failed_and_goes_on_is_there_again():
    _, lines, _ = joined(2)
    lines[1].tell_failure("KeyboardInterrupt: ")
    found = at_once(lambda: lines[1].exchange(b"1"), lambda: (time.sleep(0.3), lines[0].exchange(b"0"))[1])
    assert found == [[b"0", b"1"]] * 2


def test_who_is_late_is_named(monkeypatch):
    monkeypatch.setattr(hub, "_DOUBT", 0.2)
    _, lines, _ = joined(2)
    with pytest.raises(Missing, match=r"Rank 1 of 2 on .*did not come to the step that rank 0 waits in"):
        lines[0].exchange(b"here", timeout=0.1)
    assert "Rank 0 of 2 on " in lines[1].who_is_missing()


def test_who_does_not_come(monkeypatch):
    monkeypatch.setattr(hub, "_DOUBT", 0.2)
    port = free_port()
    Hub(port, 3)
    first, second = at_once(*[lambda r=r: Line(f"127.0.0.1:{port}", r, 3, 0.5, "") for r in (0, 1)])
    assert "Rank 0 of 3 waited for 0.5 s" in str(first)
    assert "did not find rank 2. Did its process start" in str(second)


def test_two_jobs_at_one_port():
    _, _, port = joined(2)
    with pytest.raises(RuntimeError, match=r"Rank 1 at 127.0.0.1:\d+ is .* already: two jobs use one port"):
        Line(f"127.0.0.1:{port}", 1, 2, 5, "")
    with pytest.raises(RuntimeError, match=r"was told of 3 processes, and rank 0 of 2"):
        Line(f"127.0.0.1:{port}", 1, 3, 5, "")
    with pytest.raises(OSError, match="in use"):
        Hub(port, 2)


def test_no_rank_0():
    with pytest.raises(RuntimeError, match=r"Rank 1 of 2 on .* reached no rank 0 at 127.0.0.1:"):
        Line(f"127.0.0.1:{free_port()}", 1, 2, 0.3, "")


def test_rank_0_has_ended():
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].close(), daemon=True)
        thread.start()
        with pytest.raises(Missing, match=r"lost the connection to rank 0 at 127\.0\.0\.1:"):
            Line(f"127.0.0.1:{port}", 1, 2, 5, "")


def test_what_is_no_process_of_a_job_is_let_go():
    _, lines, port = joined(2)
    with Client(("127.0.0.1", port)) as stranger:
        stranger.send_bytes(b"GET / HTTP/1.1")
        with pytest.raises((EOFError, OSError)):
            stranger.recv_bytes()
    found = at_once(*[lambda line=line: line.exchange(b"still here") for line in lines])
    assert found == [[b"still here"] * 2] * 2
