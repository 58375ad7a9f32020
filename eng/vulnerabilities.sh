#!/usr/bin/env bash
# Packages of which a vulnerability is known, as the package source knows it; ends with 1 where there is one. Without a source that can be asked, it says so and ends with 0.
#   eng/vulnerabilities.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! report=$(dotnet list DepthVla.Robot.sln package --vulnerable --include-transitive 2>&1) || grep -qE 'NU1301|NU1801|NU1900|error:' <<<"$report"; then
  echo "The package source cannot be asked; nothing was checked:" >&2
  tail -n 3 <<<"$report" >&2
  exit 0
fi

if grep -q '^ *> ' <<<"$report"; then
  echo "$report"
  exit 1
fi
echo "no vulnerability is known of any package"
