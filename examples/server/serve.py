"""Serves a model over HTTP: KERAS_BACKEND=jax python serve.py model.keras --port 8000

POST /predict with a JSON object {"instances": [[...], ...]} gives {"predictions": [...]}; GET /health says whether the
server takes requests. Requests that arrive together are computed together; more than may wait get 503, and those that
take too long 504.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json

import keras
import numpy as np
import uvicorn
from batching import Batching, Overloaded, Stopped
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BATCH_SIZES = (1, 8, 32)


class Refused(ValueError):
    """A request that is wrong, with the status of the answer."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


async def body_of(request, most_bytes):
    """The body of a request.

    Raises:
        Refused: for one of more bytes.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise Refused(f"The body has more than {most_bytes} bytes.", 413)
    return body


def instances_of(body, shape, dtype, most_rows):
    """The array that a body holds.

    Raises:
        Refused: for what is no array of such rows, and for numbers that the model does not take.
    """
    try:
        given = np.asarray(json.loads(body)["instances"])
        if given.dtype.kind not in "biuf":  # text and None would become numbers, too
            raise TypeError(f"got {given.dtype}")
        with np.errstate(all="ignore"):  # numbers that do not fit are refused below
            rows = given.astype(dtype)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Refused(f'Send {{"instances": [...]}} of numbers: {error!r}') from None
    if given.shape[1:] != shape or not 0 < len(given) <= most_rows:
        raise Refused(f"Expected 1 to {most_rows} instances of shape {shape}, got an array of shape {given.shape}.")
    if rows.dtype.kind in "iu" and not np.array_equal(rows, given):
        raise Refused(f"Expected numbers of {dtype}.")
    if not np.isfinite(rows).all():
        raise Refused(f"Expected finite numbers of {dtype}.")
    return rows


def answer_to(error, timeout):
    """What a request gets that was not computed."""
    if isinstance(error, Refused):
        return JSONResponse({"error": str(error)}, error.status)
    if isinstance(error, Overloaded):
        return JSONResponse({"error": "Too many requests are waiting."}, 503, {"Retry-After": "1"})
    if isinstance(error, Stopped):
        return JSONResponse({"error": "The server is stopping."}, 503)
    if isinstance(error, TimeoutError):
        return JSONResponse({"error": f"This took longer than {timeout} s."}, 504)
    return Response(status_code=400)  # to a client that is gone


def application(model, batch_sizes=BATCH_SIZES, most_waiting=256, timeout=1.0, most_bytes=4 << 20):
    """The web application of a model of one input and one output.

    Args:
        model: the model; it is compiled here, before the first request.
        batch_sizes: what it is compiled for.
        most_waiting: requests that may wait for their batch.
        timeout: seconds that a request may take.
        most_bytes: of the body of a request.

    Raises:
        ValueError: for a model of several inputs or outputs.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"Model '{model.name}' has {len(model.inputs)} inputs and {len(model.outputs)} outputs, not one."
        )
    predict = model.compile_predict(batch_sizes)
    most_rows = predict.batch_sizes[-1]
    batching = Batching(predict, most_rows, most_waiting)
    shape = tuple(model.inputs[0].shape[1:])
    dtype = model.inputs[0].dtype

    async def answer(request):
        try:
            async with asyncio.timeout(timeout):
                rows = instances_of(await body_of(request, most_bytes), shape, dtype, most_rows)
                found = await batching(rows)
        except (Refused, Overloaded, Stopped, TimeoutError, ClientDisconnect) as error:
            return answer_to(error, timeout)
        if not np.isfinite(found).all():  # JSON has none
            return JSONResponse({"error": "The model gives numbers that are not finite."}, 500)
        return JSONResponse({"predictions": found.tolist()})

    async def health(request):
        return JSONResponse({"status": "ok", "model": model.name})

    @contextlib.asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(batching.run())
        yield
        task.cancel()
        await asyncio.wait([task])

    routes = [Route("/predict", answer, methods=["POST"]), Route("/health", health)]
    return Starlette(routes=routes, lifespan=lifespan)


def config_of(app, **options):
    """How uvicorn runs the application: who is waiting when it stops is answered or, after 2 s, dropped."""
    more = {"log_level": "warning", "access_log": False, "timeout_keep_alive": 30, "timeout_graceful_shutdown": 2}
    return uvicorn.Config(app, **more, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="a .keras file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--timeout", type=float, default=1.0)
    options = parser.parse_args()
    model = keras.saving.load_model(options.model, compile=False)
    app = application(model, timeout=options.timeout)
    uvicorn.Server(config_of(app, host=options.host, port=options.port)).run()


if __name__ == "__main__":
    main()
