#!/usr/bin/env python3
"""An arm service for depthvla-daemon: put the library of your arm behind the three methods of Arm.

    apt-get install python3-grpcio python3-grpc-tools
    /usr/bin/python3 docs/examples/arm_service.py --listen 127.0.0.1:50061
    depthvla-daemon --arm service --arm-service http://127.0.0.1:50061 --cameras ... --instruction ...

WARNING: what is behind Arm moves as soon as a daemon connects. As it stands that is a list of numbers, and nothing moves.
"""

import argparse
import pathlib
import sys
import tempfile
import threading
import time
from concurrent import futures

import grpc
from grpc_tools import protoc

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "protos"
STATE_PERIOD_S = 0.005


def generated():
    """The modules that protoc makes of arm.proto."""
    folder = tempfile.mkdtemp(prefix="arm-service-")
    if protoc.main(["protoc", f"-I{PROTOS}", f"--python_out={folder}", f"--grpc_python_out={folder}", "depthvla/arm/v1/arm.proto"]) != 0:
        sys.exit(f"{PROTOS}/depthvla/arm/v1/arm.proto cannot be compiled")
    sys.path.insert(0, folder)
    from depthvla.arm.v1 import arm_pb2, arm_pb2_grpc

    return arm_pb2, arm_pb2_grpc


arm_pb2, arm_pb2_grpc = generated()


class Arm:
    """A WidowX 250s that is at once where it is told to be."""

    NAMES = ["waist", "shoulder", "elbow", "forearm_roll", "wrist_angle", "wrist_rotate", "gripper"]
    RANGES = [(-3.14158, 3.14158), (-1.88496, 1.98968), (-2.14675, 1.6057), (-3.14158, 3.14158), (-1.74533, 2.14675), (-3.14158, 3.14158), (0.0125, 0.037)]
    CHAIN = [((0, 0, 0.072), (0, 0, 1)), ((0, 0, 0.03865), (0, 1, 0)), ((0.04975, 0, 0.25), (0, 1, 0)),
             ((0.175, 0, 0), (1, 0, 0)), ((0.075, 0, 0), (0, 1, 0)), ((0.065, 0, 0), (1, 0, 0))]

    def __init__(self):
        self._positions = [0, -0.21826, 0.406943, 0, 1.382113, 0, 0.036]

    def measure(self):
        """Positions and velocities, rad or m, and rad/s or m/s."""
        return list(self._positions), [0.0] * len(self._positions)

    def follow(self, positions):
        """Goes on to these positions, rad or m, in one control period. Raises when the arm failed."""
        self._positions = list(positions)

    def brake(self):
        """Stops as fast as it safely can, and holds."""

    def describe(self):
        def vector(v):
            return arm_pb2.Vector(x=v[0], y=v[1], z=v[2])

        def joint(name, span):
            gripper = name == "gripper"
            speed, acceleration, jerk = (0.1, 2, 130) if gripper else (2, 10, 650)
            return arm_pb2.Joint(
                name=name, unit=arm_pb2.JOINT_UNIT_METRE if gripper else arm_pb2.JOINT_UNIT_RADIAN, min_position=span[0], max_position=span[1],
                max_velocity=speed, max_acceleration=acceleration, max_jerk=jerk, is_gripper=gripper)

        return arm_pb2.Description(
            name="wx250s-in-python",
            joints=[joint(name, span) for name, span in zip(self.NAMES, self.RANGES)],
            chain=[arm_pb2.ChainLink(joint=i, offset=vector(offset), axis=vector(axis)) for i, (offset, axis) in enumerate(self.CHAIN)],
            tool=vector((0.0936, 0, 0)), workspace_min=vector((0.1, -0.3, 0.02)), workspace_max=vector((0.5, 0.3, 0.45)))


class Drive:
    """One call to Drive: a thread obeys commands while the caller's sends states."""

    def __init__(self, arm, start):
        self._arm, self._timeout_ns, self._lock = arm, start.command_timeout_ns, threading.Lock()
        self._newest = (start.time_ns, time.monotonic_ns())
        self._began, self.end = False, None

    def obey(self, requests):
        try:
            for request in requests:
                if self.end is None and not self.overdue():  # what waited while we slept is obeyed no more
                    with self._lock:
                        self._arm.follow(request.command.positions)
                        self._newest, self._began = (request.command.time_ns, time.monotonic_ns()), True
            self.end = self.end or (grpc.StatusCode.OK, "")
        except grpc.RpcError:
            self.end = self.end or (grpc.StatusCode.CANCELLED, "the daemon is gone")
        except Exception as error:  # the arm's own
            self.end = self.end or (grpc.StatusCode.ABORTED, str(error))

    def overdue(self):
        """Whether commands stopped coming; for good."""
        with self._lock:
            if self._began and time.monotonic_ns() - self._newest[1] > self._timeout_ns:
                self.end = self.end or (grpc.StatusCode.DEADLINE_EXCEEDED, f"no command for {self._timeout_ns / 1e6:.0f} ms")
        return self.end is not None

    def state(self):
        with self._lock:
            positions, velocities = self._arm.measure()
            return arm_pb2.DriveResponse(state=arm_pb2.State(
                command_time_ns=self._newest[0], elapsed_ns=time.monotonic_ns() - self._newest[1], positions=positions, velocities=velocities))


class ArmService(arm_pb2_grpc.ArmServiceServicer):
    def __init__(self, arm):
        self._arm, self._driven = arm, threading.Lock()

    def Describe(self, request, context):
        return arm_pb2.DescribeResponse(description=self._arm.describe())

    def Drive(self, requests, context):
        if not self._driven.acquire(blocking=False):
            context.abort(grpc.StatusCode.ALREADY_EXISTS, "one daemon at a time")
        try:
            first = next(requests, None)
            if first is None or first.WhichOneof("request") != "start":
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the first request must be a start")
            drive = Drive(self._arm, first.start)
            threading.Thread(target=drive.obey, args=(requests,), daemon=True).start()
            print("driving", flush=True)
            due = time.monotonic()
            while not drive.overdue() and context.is_active():
                yield drive.state()
                due += STATE_PERIOD_S
                time.sleep(max(0, due - time.monotonic()))
            code, why = drive.end or (grpc.StatusCode.CANCELLED, "the daemon is gone")
            if code is not grpc.StatusCode.OK:
                context.abort(code, why)
        finally:
            self._arm.brake()
            self._driven.release()
            print("braked", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--listen", default="127.0.0.1:50061", help="host:port, port 0 for any, or unix:PATH")
    listen = options.parse_args().listen
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    arm_pb2_grpc.add_ArmServiceServicer_to_server(ArmService(Arm()), server)
    port = server.add_insecure_port(listen)
    server.start()
    print(f"listening on {listen if listen.startswith('unix:') else 'http://' + listen.rsplit(':', 1)[0] + ':' + str(port)}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
