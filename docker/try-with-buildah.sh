#!/usr/bin/env bash
# Builds the images where no container engine runs, and runs what is in them: as root on Debian, with buildah and debootstrap.
#   docker/try-with-buildah.sh [FOLDER]    leaves images and base images in FOLDER (5 GB; default: one that is removed)
# The base images are Debian's, made here; the one to build in has this machine's .NET SDK and NuGet configuration.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ $# = 0 ]; then folder=$(mktemp -d); kept=no; else folder=$(realpath -m "$1"); mkdir -p "$folder"; kept=yes; fi
export BUILDAH_ISOLATION=chroot
store=(--root "$folder/store" --runroot "$folder/run" --storage-driver vfs)
buildah() { command buildah "${store[@]}" "$@"; }

# The server runs in a process group of its own: buildah does not pass a signal on into its chroot.
serving=
finish() {
  [ -z "$serving" ] || kill -- "-$serving" 2>/dev/null || true
  wait
  buildah rm --all >/dev/null 2>&1 || true
  [ $kept = yes ] || rm -rf "$folder"
}
trap finish EXIT

if [ ! -f "$folder/base.tar" ]; then
  echo "Making a Debian ..."
  debootstrap --variant=minbase --include=ca-certificates,libicu72 bookworm "$folder/base" >"$folder/debootstrap.log"
  rm -r "$folder/base/etc/ssl/certs" && cp -rL /etc/ssl/certs "$folder/base/etc/ssl/certs" # this machine's, which may know a mirror's
  tar -C "$folder/base" -cf "$folder/base.tar" . && rm -rf "$folder/base"
fi

# An image of a Debian and what is added to it.
image() {
  local name=$1 container; shift
  container=$(buildah from scratch)
  buildah add -q "$container" "$folder/base.tar" / >/dev/null
  [ $# = 0 ] || buildah copy -q "$container" "$@" >/dev/null
  buildah config --env PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/share/dotnet --env DOTNET_CLI_TELEMETRY_OPTOUT=1 "$container"
  buildah commit -q --rm "$container" "$name" >/dev/null
}
image depthvla-try/base
image depthvla-try/sdk "$(dirname "$(realpath "$(command -v dotnet)")")" /usr/share/dotnet

nuget=$HOME/.nuget/NuGet/NuGet.Config
for program in server daemon; do
  echo "Building depthvla-$program ..."
  arguments=(); [ $program = daemon ] && arguments=(--build-arg SIMULATOR=yes)
  buildah bud -q --network host --format docker -f "docker/$program.Dockerfile" -t "depthvla-$program:0.1.0" "${arguments[@]}" \
    --secret "id=nuget,src=$nuget" --build-arg SDK_IMAGE=localhost/depthvla-try/sdk --build-arg BASE_IMAGE=localhost/depthvla-try/base . >"$folder/$program.log" 2>&1 || { tail -n 50 "$folder/$program.log" >&2; exit 1; }
  echo "  $(buildah images --format '{{.Size}}' "localhost/depthvla-$program:0.1.0")"
done

echo "Running a robot against a server ..."
server=$(buildah from localhost/depthvla-server:0.1.0); daemon=$(buildah from localhost/depthvla-daemon:0.1.0)
setsid buildah "${store[@]}" run --network host "$server" -- /server/depthvla-server --grpc-port 0 --http-port 0 >"$folder/server.txt" 2>&1 &
serving=$!
# What the server says it listens on: "gRPC on http://…, probes and metrics on http://…".
for _ in $(seq 240); do
  read -r grpc http < <(sed -n 's/.*gRPC on \([^,]*\), probes and metrics on \([^ ]*\).*/\1 \2/p' "$folder/server.txt") && curl -sf "$http/readyz" >/dev/null && break
  sleep 0.5
done
curl -sf "${http:-http://nothing}/readyz" || { cat "$folder/server.txt" >&2; exit 1; }
buildah run --network host "$daemon" -- /daemon/depthvla-daemon run --server "$grpc" --seconds 10 --operator-socket /tmp/operator.sock
