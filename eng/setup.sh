# Sourced by ./demo, ./test and ./depthvla: installs what is missing and builds once.

packages=(libmujoco2.2.2 libegl1 libegl-mesa0 libgl1-mesa-dri libturbojpeg0 libpng16-16 ffmpeg)

# Installs the Debian packages that are missing; without root or sudo, says exactly which.
setup_packages() {
  if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is missing. Install it (package dotnet-sdk-10.0, or Microsoft's dotnet-install script) and run this again." >&2
    exit 1
  fi

  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return

  local install=(apt-get install -y --no-install-recommends "${missing[@]}")
  local root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo)
    else
      echo "These packages are missing, and there is no right to install them. Ask for: sudo ${install[*]}" >&2
      exit 1
    fi
  fi
  echo "Installing ${missing[*]} ..."
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" -qq >/dev/null
}

# Restores and builds in Release. When no source is newer than the last build, it does nothing.
build() {
  local stamp=artifacts/.built
  if [ -f "$stamp" ] && [ -z "$(find src tests benchmarks protos ./*.props ./*.targets ./*.sln .editorconfig BannedSymbols.txt \
      -newer "$stamp" -type f -not -path '*/obj/*' -print -quit 2>/dev/null)" ]; then return; fi
  echo "Building ..."
  mkdir -p artifacts
  touch "$stamp.started"
  if ! dotnet build DepthVla.Robot.sln -c Release -v quiet --nologo >artifacts/build.log 2>&1; then cat artifacts/build.log >&2; exit 1; fi
  mv "$stamp.started" "$stamp"
}
