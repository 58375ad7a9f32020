#!/usr/bin/env bash
# What the programs consist of, with licences, as CycloneDX JSON: server, daemon and tools, a file each.
#   eng/bill-of-materials.sh                      to artifacts/bill-of-materials
#   eng/bill-of-materials.sh FOLDER [PROGRAM ...] to another folder; of some programs, as in Server Daemon
# eng/licences.py has the licences as a table.
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")/../artifacts/bill-of-materials}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

programs=("${@:2}")
[ ${#programs[@]} = 0 ] && programs=(Server Daemon Tools)
dotnet tool restore >&2
for program in "${programs[@]}"; do
  dotnet tool run dotnet-CycloneDX "src/DepthVla.Robot.$program/DepthVla.Robot.$program.csproj" --recursive --base-intermediate-output-path "$PWD/artifacts/obj" \
    --output "$out" --filename "depthvla-${program,,}.cdx.json" --output-format Json --set-name "depthvla-${program,,}" >&2
done
