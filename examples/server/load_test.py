"""Asks a running server from several connections at a time: python load_test.py --seconds 5 --connections 16

Says requests a second and how long they took, beside the compiled call without HTTP where --model names the file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time

import numpy as np


async def ask(host, port, body, until, times, failures):
    """Requests one after another on one connection."""
    reader, writer = await asyncio.open_connection(host, port)
    head = ["POST /predict HTTP/1.1", f"Host: {host}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    request = "\r\n".join([*head, "", ""]).encode() + body
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(request)
        status = await reader.readline()
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        (times if b" 200 " in status else failures).append(time.perf_counter() - start)
    writer.close()


async def load(host, port, shape, seconds, connections):
    """How long requests of one instance took, and how many failed."""
    body = json.dumps({"instances": np.random.default_rng(0).normal(size=(1, *shape)).round(4).tolist()}).encode()
    times, failures = [], []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(ask(host, port, body, until, times, failures) for _ in range(connections)))
    return np.array(times), len(failures)


def raw(path, shape, seconds):
    """How long the compiled call takes for one instance, and for 32."""
    import keras

    predict = keras.saving.load_model(path, compile=False).compile_predict([1, 32])
    for rows in (1, 32):
        x = np.zeros((rows, *shape), "float32")
        times, until = [], time.perf_counter() + seconds
        while time.perf_counter() < until:
            start = time.perf_counter()
            predict(x)
            times.append(time.perf_counter() - start)
        say(f"compiled call, {rows} rows", np.array(times), rows / np.mean(times))


def say(what, times, rate):
    p50, p99 = np.percentile(times, [50, 99]) * 1000
    print(f"{what}: {rate:,.0f} instances/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--shape", type=int, nargs="*", default=[784])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, nargs="*", default=[1, 16, 64])
    parser.add_argument("--model")
    options = parser.parse_args()
    for count in options.connections:
        times, failed = asyncio.run(load(options.host, options.port, options.shape, options.seconds, count))
        say(f"{count} connections, {failed} failed", times, len(times) / options.seconds)
    if options.model:
        raw(options.model, options.shape, options.seconds)


if __name__ == "__main__":
    main()
