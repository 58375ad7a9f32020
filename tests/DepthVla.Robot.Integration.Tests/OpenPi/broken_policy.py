"""An openpi-protocol server whose answers no arm may follow: no numbers, a wrong shape, no message, no array, an error. Prints its port."""

import asyncio
import itertools

import msgpack
import numpy as np
import websockets


def array(values):
    return {"actions": {b"__ndarray__": True, b"data": values.tobytes(), b"dtype": values.dtype.str, b"shape": values.shape}}


ANSWERS = itertools.cycle([
    msgpack.packb(array(np.full((8, 7), np.nan))),
    msgpack.packb(array(np.full((8, 7), np.inf, dtype=np.float32))),
    msgpack.packb(array(np.zeros((8, 3)))),
    msgpack.packb(array(np.zeros((0, 7)))),
    msgpack.packb({"actions": "left"}),
    msgpack.packb({}),
    b"\xc1",
    "Traceback (most recent call last):\n  ...\nValueError: out of sight",
])


async def serve(socket):
    await socket.send(msgpack.packb({}))
    async for _ in socket:
        await socket.send(next(ANSWERS))


async def main():
    async with websockets.serve(serve, "127.0.0.1", 0, compression=None, max_size=None) as server:
        print(f"listening on ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Future()


asyncio.run(main())
