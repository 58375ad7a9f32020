#!/usr/bin/env bash
# What the programs consist of, with licences, as CycloneDX JSON: server, daemon and tools, a file each.
#   eng/bill-of-materials.sh [FOLDER]     to artifacts/bill-of-materials, or another folder
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")/../artifacts/bill-of-materials}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet tool restore >&2
for program in Server Daemon Tools; do
  dotnet tool run dotnet-CycloneDX "src/DepthVla.Robot.$program/DepthVla.Robot.$program.csproj" --recursive --base-intermediate-output-path "$PWD/artifacts/obj" \
    --output "$out" --filename "depthvla-${program,,}.cdx.json" --output-format Json --set-name "depthvla-${program,,}" >&2
done
