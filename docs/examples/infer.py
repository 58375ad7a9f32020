#!/usr/bin/env python3
"""Asks depthvla-server for one chunk of actions, by gRPC, from the protos alone.

    apt-get install python3-grpcio protobuf-compiler-grpc
    /usr/bin/python3 docs/examples/infer.py 127.0.0.1:50051 "touch the red block"

A grey picture stands for every camera and zero for every joint: put yours there. Nothing moves. Whoever drives an arm opens Act instead, with a contract.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import grpc

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "protos"
WIDTH, HEIGHT = 320, 240


def generated():
    """The modules that protoc makes of policy.proto."""
    folder = tempfile.mkdtemp(prefix="depthvla-")
    plugin = shutil.which("grpc_python_plugin")  # of a protoc that knows proto3's optional: Debian's python3-grpc-tools has an older one
    subprocess.run(
        ["protoc", f"-I{PROTOS}", f"--plugin=protoc-gen-grpc={plugin}", f"--python_out={folder}", f"--grpc_out={folder}", "depthvla/policy/v1/policy.proto"], check=True)
    sys.path.insert(0, folder)
    from depthvla.policy.v1 import policy_pb2, policy_pb2_grpc

    return policy_pb2, policy_pb2_grpc


def main(address, instruction):
    policy_pb2, policy_pb2_grpc = generated()
    with grpc.insecure_channel(address) as channel:
        policy = policy_pb2_grpc.PolicyServiceStub(channel)
        model = policy.GetModelInfo(policy_pb2.GetModelInfoRequest()).model
        now = time.monotonic_ns()
        observation = policy_pb2.Observation(
            sequence=1, capture_time_ns=now, budget_ns=10_000_000_000, instruction=instruction, proprioception=[0.0] * len(model.joints),
            frames=[policy_pb2.Frame(
                camera=camera, encoding=policy_pb2.IMAGE_ENCODING_RGB8, rotation=policy_pb2.IMAGE_ROTATION_NONE, width=WIDTH, height=HEIGHT, stride=3 * WIDTH,
                capture_time_ns=now, sequence=1, data=b"\x80" * (3 * WIDTH * HEIGHT)) for camera in model.cameras])
        chunk = policy.Infer(policy_pb2.InferRequest(observation=observation)).chunk

    print(f"{model.name}: {chunk.steps} steps of {chunk.dims} numbers, {chunk.step_period_ns / 1e6:.0f} ms apart")
    for step in range(chunk.steps):
        print("  " + "  ".join(f"{value:8.4f}" for value in chunk.actions[step * chunk.dims:(step + 1) * chunk.dims]))


if __name__ == "__main__":
    main(*sys.argv[1:])
