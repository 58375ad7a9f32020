#!/usr/bin/env bash
# Two servers, sixteen robots, a Prometheus, and everything that happens to a fleet, again and again: kills, other models, other certificates, drains.
#   eng/soak.sh [MINUTES]    60 without; what it counted is printed at its end
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
DEPTHVLA_SOAK_MINUTES=${1:-60} exec ./test --full --filter-class '*SoakTests' --output Detailed --show-stdout All
