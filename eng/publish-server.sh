#!/usr/bin/env bash
# Publishes depthvla-server with everything it needs: .NET, and libtorch for the CPU in libtorch/.
#   eng/publish-server.sh                          to artifacts/native/server
#   eng/publish-server.sh FOLDER                   to another folder
#   eng/publish-server.sh FOLDER --without-libtorch   where a PyTorch with CUDA is there already: point DEPTHVLA_LIBTORCH at its torch/lib
# The machine it runs on needs libturbojpeg0, libpng16-16, ca-certificates and a C++ library; no .NET.
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")/../artifacts/native/server}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=artifacts/native/build
dotnet publish src/DepthVla.Robot.Server -c Release --use-current-runtime --self-contained --artifacts-path "$build" -o "$out" \
  --disable-build-servers -v quiet --nologo >&2
[ "${2:-}" = --without-libtorch ] && exit

libtorch=$(dotnet msbuild src/DepthVla.Robot.Torch -getProperty:Pkglibtorch-cpu-linux-x64 -p:ArtifactsPath="$PWD/$build")/runtimes/linux-x64/native
install -D -m 644 -t "$out/libtorch" "$libtorch"/libtorch_cpu.so "$libtorch"/libc10.so "$libtorch"/libgomp-*.so.1
