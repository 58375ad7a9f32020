#!/usr/bin/env bash
# Builds the images where no container engine runs, and runs what is in them: as root on Debian, with buildah and debootstrap.
#   docker/try-with-buildah.sh [FOLDER]    leaves images and base images in FOLDER (5 GB; default: one that is removed)
# The base images are Debian's, made here; the one to build in has this machine's .NET SDK and NuGet configuration.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ $# = 0 ]; then folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; else folder=$(realpath -m "$1"); mkdir -p "$folder"; fi
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
buildah() { command buildah --root "$folder/store" --runroot "$folder/run" "$@"; }

if [ ! -f "$folder/base.tar" ]; then
  echo "Making a Debian ..."
  debootstrap --variant=minbase --include=ca-certificates,libicu72 bookworm "$folder/base" >"$folder/debootstrap.log"
  cp -rL /etc/ssl/certs "$folder/base/etc/ssl/"
  tar -C "$folder/base" -cf "$folder/base.tar" . && rm -rf "$folder/base"
fi

# An image of a Debian and what is added to it.
image() {
  local container; container=$(buildah from scratch)
  buildah add -q "$container" "$folder/base.tar" / >/dev/null
  shift_name=$1; shift
  [ $# = 0 ] || buildah copy -q "$container" "$@" >/dev/null
  buildah config --env PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/share/dotnet --env DOTNET_CLI_TELEMETRY_OPTOUT=1 "$container"
  buildah commit -q --rm "$container" "$shift_name" >/dev/null
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
buildah run --network host "$server" -- /server/depthvla-server --grpc-port 50951 --http-port 50952 >"$folder/server.txt" 2>&1 &
trap 'kill %1 2>/dev/null || true; [ -d "$folder/store" ] && [ -z "${1:-}" ] && rm -rf "$folder"' EXIT
for _ in $(seq 120); do curl -sf http://127.0.0.1:50952/readyz >/dev/null && break; sleep 1; done
curl -sf http://127.0.0.1:50952/readyz || { cat "$folder/server.txt" >&2; exit 1; }
buildah run --network host "$daemon" -- /daemon/depthvla-daemon run --server http://127.0.0.1:50951 --seconds 10 --operator-socket /tmp/operator.sock
