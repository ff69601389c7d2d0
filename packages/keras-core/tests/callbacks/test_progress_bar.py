"""Progress in terminals, notebooks and log files."""

import os
import re
import subprocess
import sys
import types

import pytest
from keras_core.callbacks.progress_bar import Progbar, find_display


def test_log_mode_writes_only_the_finished_line(clock, capsys):
    bar = Progbar(3, display="log")
    for step in (1, 2, 3):
        clock.now += 1
        bar.update(step, [("loss", 4.0 - step)])
    # loss is the mean of 3, 2, 1.
    assert capsys.readouterr().out == "3/3 - 3s - 1s/step - loss: 2.0000\n"


def test_the_time_of_a_step_and_the_whole_time_agree(clock, capsys):
    bar = Progbar(12, display="log")
    for steps, seconds in ((1, 30.0), (2, 10.0), (11, 3.0), (12, 5.0)):
        clock.now += seconds
        bar.tick(steps)
    bar.update(12)
    assert capsys.readouterr().out == "12/12 - 48s - 4s/step\n"


def test_the_time_left_follows_the_median_step(clock, screen):
    bar = Progbar(20, display="terminal")
    for steps, seconds in ((1, 30.0), (2, 10.0), (11, 0.9), (12, 5.0)):
        clock.now += seconds
        bar.update(steps)
    assert screen.lines[-1].endswith(" 0s 100ms/step")  # 8 steps are left


def test_standard_output_that_is_captured_is_a_log(capsys):
    assert find_display() == "log"


def test_verbose_0_is_silent(capsys):
    bar = Progbar(1, verbose=0)
    bar.update(1, [("loss", 1.0)])
    assert capsys.readouterr().out == ""


def test_add_and_stateful_metrics(capsys):
    bar = Progbar(4, verbose=2, stateful_metrics=["rate"])
    bar.add(1, [("loss", 1.0), ("rate", 1.0)])
    bar.add(3, [("loss", 5.0), ("rate", 9.0)])
    assert (bar.value("loss"), bar.value("rate")) == (4.0, 9.0)
    assert "loss: 4.0000 - rate: 9.0000" in capsys.readouterr().out


def test_stateless_metrics_are_the_only_means(capsys):
    bar = Progbar(4, verbose=2, stateless_metrics=["loss"], unit_name="sample")
    bar.update(1, [("loss", 1.0), ("rate", 1.0)])
    bar.update(4, [("loss", 5.0), ("rate", 9.0)], finalize=True)
    assert (bar.value("loss"), bar.value("rate")) == (4.0, 9.0)
    assert "/sample - loss: 4.0000 - rate: 9.0000" in capsys.readouterr().out
    with pytest.raises(ValueError, match="stateful_metrics or stateless_metrics; got both"):
        Progbar(4, stateful_metrics=["rate"], stateless_metrics=["loss"])


def test_nothing_is_written_before_the_end(capsys):
    bar = Progbar(None, verbose=2)
    bar.update(3, [("loss", 1.0)])
    assert capsys.readouterr().out == ""
    bar.update(4, finalize=True)
    assert capsys.readouterr().out.startswith("4/4 - 0s - ")


def test_terminal_is_drawn_at_most_ten_times_a_second(clock, screen):
    bar = Progbar(10_000, display="terminal", stateful_metrics=["loss"], interval=0.1)
    for step in range(1, 10_001):
        clock.now += 0.001
        bar.update(step, [("loss", 1.0)])
    assert 95 <= len(screen.lines) <= 101
    assert screen.closed
    assert screen.lines[-1] == f"10000/10000 {'━' * 20} 10s 1ms/step - loss: 1.0000"


def test_the_time_left_is_shown(clock, screen):
    bar = Progbar(100, display="terminal")
    clock.now += 10
    bar.update(1)
    clock.now += 2
    bar.update(21)
    assert screen.lines[-1] == f" 21/100 {'━' * 20} 7s 100ms/step"  # 79 steps are left


def test_an_unknown_number_of_steps(clock, screen):
    bar = Progbar(None, display="terminal")
    clock.now += 1
    bar.update(5)
    assert screen.lines[-1].startswith("5/? ")
    bar.update(7, finalize=True)
    assert screen.lines[-1].startswith("7/")


def test_a_notebooks_output_is_replaced(clock, monkeypatch):
    shown = []
    handle = types.SimpleNamespace(update=lambda content, raw: shown.append(content))

    def display(content, raw, display_id):
        shown.append(content)
        return handle

    kernel = types.SimpleNamespace(kernel=object())
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: kernel
    ipython.display = types.ModuleType("IPython.display")
    ipython.display.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    bar = Progbar(2)
    for step in (1, 2):
        clock.now += 1
        bar.update(step, [("<loss>", 0.5)])
    assert [content["text/plain"][:3] for content in shown] == ["1/2", "2/2"]
    for content in shown:
        page = content["text/html"]
        assert page.startswith("<pre ") and "&lt;loss&gt;: 0.5000" in page and page.count("\n") == 0
        coloured = re.findall('<span style="color: #[0-9a-f]+[^"]*">(━+)</span>', page)
        assert sum(map(len, coloured)) == 20
    assert len(re.findall("<span[^>]*>━", shown[0]["text/html"])) == 2  # done and open


def in_a_terminal(code, columns):
    """What a program writes to a terminal of this width."""
    pytest.importorskip("rich")
    main, side = os.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns)}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=side, env=env)
    os.close(side)
    out = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(main)
    assert process.wait(30) == 0
    return out.decode()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
def test_a_real_terminal_shows_the_bar_and_gets_its_cursor_back():
    text = in_a_terminal(
        "from keras_core.callbacks import Progbar\n"
        "b = Progbar(2, interval=0)\n"
        "b.update(1, [('loss', 3.0)]); print('said meanwhile'); b.update(2, [('loss', 1.0)])",
        columns=80,
    )
    assert "said meanwhile" in text
    assert "2/2" in text and "loss: 2.0000" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")  # the cursor is shown again


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
def test_the_bar_keeps_its_width_when_there_are_many_numbers():
    text = in_a_terminal(
        "from keras_core.callbacks import Progbar\n"
        "b = Progbar(2, interval=0); b.update(2, [(f'metric_{i}', i / 8) for i in range(8)])",
        columns=80,
    )
    lines = text.split("\x1b[2K")[-1].splitlines()  # what was drawn after the line was last erased
    shown = [re.sub("\x1b[^A-Za-z]*[A-Za-z]", "", line) for line in lines]
    assert shown[0].startswith(f"2/2 {'━' * 20} 0s ") and shown[0].count("metric") == 2
    assert all(len(line) <= 80 for line in shown) and shown[1].startswith(" - metric_2: 0.2500 - metric_3: 0.3750")
    assert "".join(shown).count("metric") == 8
