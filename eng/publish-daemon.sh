#!/usr/bin/env bash
# Publishes depthvla-daemon as one executable, compiled ahead of time (Native AOT): the robot's computer needs no .NET.
#   eng/publish-daemon.sh           to artifacts/native/daemon
#   eng/publish-daemon.sh FOLDER    to another folder
# Needs the .NET 10 SDK, and clang or gcc to link with. What comes out is for this architecture, and for this C library or a newer one.
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")/../artifacts/native/daemon}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then
  echo "There is no linker. Install one: apt-get install gcc libc6-dev" >&2
  exit 1
fi

# Apart from the ordinary build, which it neither reads nor changes; warnings of the ahead-of-time compiler are errors.
build=artifacts/native/build
dotnet publish src/DepthVla.Robot.Daemon -c Release --use-current-runtime -p:PublishAot=true --artifacts-path "$build" -o "$build/published" \
  --disable-build-servers -v quiet --nologo >&2
install -D -m 755 -t "$out" "$build/published/depthvla-daemon"
install -D -m 644 -t "$out" "$build/published/appsettings.json"
echo "$out/depthvla-daemon: $(stat -c %s "$out/depthvla-daemon") bytes; symbols for a debugger: $build/published/depthvla-daemon.dbg"
