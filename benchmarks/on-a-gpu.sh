#!/usr/bin/env bash
# To be run once on every new kind of GPU: whether the kernels answer as libtorch does and how fast they are, then an answer's stages.
#   DEPTHVLA_LIBTORCH=<lib directory of a PyTorch 2.10 or newer with CUDA> benchmarks/on-a-gpu.sh [CHECKPOINT]
# Stops at the first thing that is wrong. Without a checkpoint it makes one of the paper's size in a temporary folder (8 GB).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,clocks.max.mem --format=csv,noheader
./depthvla bench operators --device cuda

checkpoint=${1:-}
if [ -z "$checkpoint" ]; then
  folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
  checkpoint=$folder/depthvla-3b
  ./depthvla checkpoint init --config depthvla-3b --out "$checkpoint"
fi
for engine in eager graph; do
  ./depthvla bench model --checkpoint "$checkpoint" --device cuda --engine "$engine" --rounds 50
done
