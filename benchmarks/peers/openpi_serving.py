"""openpi's WebSocket policy server, from a checkout, with a policy that answers at once: one JSON line for each kind of frames.

    python3 openpi_serving.py --openpi /path/to/openpi --cameras 3 --rounds 500 --jpeg-bytes 8300

Needs numpy, msgpack, typing_extensions and websockets 13 or later. Server and client are openpi's own, each in a process of its own, on loopback, as its examples
start them. Its clients send pictures as arrays of pixels; the rows named JPEG send as many bytes as a JPEG has instead, which its server hands on unread, too.
"""

import argparse
import json
import multiprocessing
import socket
import sys
import time


def answer_at_once(port: int) -> None:
    import numpy as np
    from openpi.serving.websocket_policy_server import WebsocketPolicyServer

    class Instant:
        def infer(self, observation):
            return {"actions": np.zeros((30, 7), dtype=np.float32)}

    WebsocketPolicyServer(Instant(), host="127.0.0.1", port=port).serve_forever()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    sys.exit("openpi's server did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def measure(client, frames: dict, warm_ups: int, rounds: int) -> list:
    import numpy as np

    observation = {**frames, "observation/state": np.zeros(7), "prompt": "put the spoon on the towel"}
    milliseconds = []
    for i in range(warm_ups + rounds):
        start = time.perf_counter()
        client.infer(observation)
        if i >= warm_ups:
            milliseconds.append(1000 * (time.perf_counter() - start))
    return sorted(milliseconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--openpi", required=True, help="a checkout of openpi")
    parser.add_argument("--cameras", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--jpeg-bytes", type=int, required=True, help="how many bytes a JPEG of 224x224 has")
    given = parser.parse_args()
    sys.path[:0] = [f"{given.openpi}/src", f"{given.openpi}/packages/openpi-client/src"]

    import numpy as np
    from openpi_client.websocket_client_policy import WebsocketClientPolicy

    port = free_port()
    server = multiprocessing.Process(target=answer_at_once, args=(port,), daemon=True)
    server.start()
    wait_for(port)
    client = WebsocketClientPolicy(host="127.0.0.1", port=port)
    kinds = {
        "JPEG 224x224": lambda: np.full(given.jpeg_bytes, 7, dtype=np.uint8),
        "RGB 224x224": lambda: np.full((224, 224, 3), 7, dtype=np.uint8),
    }
    for name, frame in kinds.items():
        sorted_ms = measure(client, {f"observation/image_{i}": frame() for i in range(given.cameras)}, 200, given.rounds)
        at = lambda share: round(sorted_ms[int(share * (len(sorted_ms) - 1))], 3)
        print(json.dumps({"frames": f"{given.cameras} x {name}", "min_ms": at(0), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99)}), flush=True)
    server.terminate()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    main()
