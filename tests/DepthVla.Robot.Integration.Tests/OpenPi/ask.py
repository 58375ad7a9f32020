"""Asks an openpi-protocol server twice with one seed; prints what it was told, as JSON. openpi's own client, or Debian's websockets and msgpack alone."""

import asyncio
import functools
import json
import sys

import numpy as np


def observation(joints):
    pixels = np.arange(224 * 224 * 3)
    return {
        "observation/image": (pixels * 7 % 251).astype(np.uint8).reshape(224, 224, 3),
        "observation/wrist_image": (pixels * 11 % 241).astype(np.uint8).reshape(224, 224, 3),
        "observation/state": np.linspace(0.0, 0.03, joints),
        "prompt": "touch the red block",
        "noise_seed": 12345,
    }


def ask_with_openpi(address):
    from openpi_client import websocket_client_policy

    policy = websocket_client_policy.WebsocketClientPolicy(address)
    metadata = policy.get_server_metadata()
    return metadata, [policy.infer(observation(len(metadata["joints"]))) for _ in range(2)]


async def ask_with_websockets(address):
    import msgpack
    import websockets

    def pack_array(value):
        return {b"__ndarray__": True, b"data": value.tobytes(), b"dtype": value.dtype.str, b"shape": value.shape}

    def unpack_array(value):
        if b"__ndarray__" not in value:
            return value
        return np.ndarray(buffer=value[b"data"], dtype=np.dtype(value[b"dtype"]), shape=value[b"shape"])

    unpack = functools.partial(msgpack.unpackb, object_hook=unpack_array)
    async with websockets.connect(address, compression=None, max_size=None) as socket:
        metadata, answers = unpack(await socket.recv()), []
        for _ in range(2):
            await socket.send(msgpack.packb(observation(len(metadata["joints"])), default=pack_array))
            answers.append(unpack(await socket.recv()))
    return metadata, answers


if __name__ == "__main__":
    client, address = sys.argv[1:]
    metadata, answers = ask_with_openpi(address) if client == "openpi" else asyncio.run(ask_with_websockets(address))
    print(json.dumps({
        "metadata": metadata,
        "actions": [answer["actions"].astype(np.float64).tolist() for answer in answers],
        "dtype": answers[0]["actions"].dtype.str,
        "server_timing": [answer["server_timing"] for answer in answers],
    }))
