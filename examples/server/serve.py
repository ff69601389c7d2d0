"""Serves a model over HTTP: KERAS_BACKEND=jax python serve.py model.keras --port 8000

POST /predict with a JSON object {"instances": [[...], ...]} gives {"predictions": [...]}; GET /health says whether the
server takes requests. Requests that arrive together are computed together, and those that wait too long get 503 or 504.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json

import keras
import numpy as np
import uvicorn
from batching import Batching, Overloaded
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

BATCH_SIZES = (1, 8, 32)


async def instances_of(request, dtype, most_bytes):
    """The array that the body of a request holds.

    Raises:
        ValueError: for another body, and one of more bytes.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise ValueError(f"The body has more than {most_bytes} bytes.")
    try:
        return np.asarray(json.loads(body)["instances"], dtype)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f'Send {{"instances": [...]}} of numbers: {error}') from None


def application(model, batch_sizes=BATCH_SIZES, most_waiting=256, timeout=1.0, most_bytes=4 << 20):
    """The web application of a model of one input and one output.

    Args:
        model: the model; it is compiled here, before the first request.
        batch_sizes: what it is compiled for.
        most_waiting: requests that may wait for their batch.
        timeout: seconds that a request may take.
        most_bytes: of the body of a request.
    """
    predict = model.compile_predict(batch_sizes)
    batching = Batching(predict, predict.batch_sizes[-1], most_waiting)
    shape = model.inputs[0].shape[1:]
    dtype = model.inputs[0].dtype

    async def answer(request):
        try:
            rows = await instances_of(request, dtype, most_bytes)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        if rows.shape[1:] != tuple(shape) or not 0 < len(rows) <= predict.batch_sizes[-1]:
            expected = f"1 to {predict.batch_sizes[-1]} instances of shape {tuple(shape)}"
            return JSONResponse({"error": f"Expected {expected}, got an array of shape {rows.shape}."}, 400)
        try:
            found = await asyncio.wait_for(batching(rows), timeout)
        except Overloaded:
            return JSONResponse({"error": "Too many requests are waiting."}, 503, {"Retry-After": "1"})
        except TimeoutError:
            return JSONResponse({"error": f"This took longer than {timeout} s."}, 504)
        return JSONResponse({"predictions": found.tolist()})

    async def health(request):
        return JSONResponse({"status": "ok", "model": model.name})

    @contextlib.asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(batching.run())
        yield
        task.cancel()

    routes = [Route("/predict", answer, methods=["POST"]), Route("/health", health)]
    return Starlette(routes=routes, lifespan=lifespan)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="a .keras file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--timeout", type=float, default=1.0)
    options = parser.parse_args()
    model = keras.saving.load_model(options.model, compile=False)
    app = application(model, timeout=options.timeout)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False, timeout_keep_alive=30)


if __name__ == "__main__":
    main()
