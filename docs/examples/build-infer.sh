#!/usr/bin/env bash
# Compiles infer.cpp against the protos.
#   docs/examples/build-infer.sh OUT     the program; what protoc makes lies in OUT.generated
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
protos=$(cd "$here/../../protos" && pwd)
generated="$1.generated"
mkdir -p "$generated"
protoc -I"$protos" --cpp_out="$generated" --grpc_out="$generated" --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" depthvla/policy/v1/policy.proto
g++ -std=c++17 -O1 -o "$1" "$here/infer.cpp" "$generated"/depthvla/policy/v1/*.cc -I"$generated" $(pkg-config --cflags --libs grpc++ protobuf)
