#!/usr/bin/env python3
"""Which packages each program ships with, and under which licence; ends with 1 where one is not allowed. Offline: reads what `dotnet restore` left.

    eng/licences.py          a table, a line a package
"""

import json
import pathlib
import re
import sys

ALLOWED = {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MS-PL", "Zlib"}
PROGRAMS = ("Server", "Daemon", "Tools")

# Its files are copied by our build and not by NuGet, which therefore says that it ships nothing.
COPIED_BY_US = {"libtorch-cpu-linux-x64"}

# Packages that say where their licence stands, read there.
READ = {"https://raw.githubusercontent.com/HdrHistogram/HdrHistogram.NET/master/LICENSE.txt": "BSD-2-Clause"}  # or the public domain, as one likes

ROOT = pathlib.Path(__file__).resolve().parent.parent


def shipped(program):
    """Name, version and licence of each package of which something lies beside the program."""
    file = ROOT / "artifacts" / "obj" / f"DepthVla.Robot.{program}" / "project.assets.json"
    if not file.exists():
        sys.exit(f"{file} is not there: build first (./test, or dotnet restore)")
    assets = json.loads(file.read_text())
    (target, *_) = assets["targets"].values()
    for key, package in target.items():
        name, version = key.split("/")
        files = [file for kind in ("runtime", "native", "runtimeTargets", "resource") for file in package.get(kind, {}) if not file.endswith("_._")]
        if package["type"] == "package" and (files or name in COPIED_BY_US):
            yield name, version, licence(assets["packageFolders"], assets["libraries"][key]["path"])


def licence(folders, path):
    """The licence by its SPDX name, or what the package says in its place."""
    (specification,) = (file for folder in folders for file in (pathlib.Path(folder) / path).glob("*.nuspec"))
    text = specification.read_text("utf-8-sig")
    named = re.search(r'<license type="expression"[^>]*>\s*(.*?)\s*<', text)
    other = re.search(r"<licenseUrl>\s*(.*?)\s*<|<license [^>]*>\s*(.*?)\s*<", text)
    said = named[1] if named else "none" if not other else other[1] or other[2]
    return READ.get(said, said)


def main():
    programs = {}
    for program in PROGRAMS:
        for package in shipped(program):
            programs.setdefault(package, []).append(program.lower())
    refused = [package for package in programs if package[2] not in ALLOWED]
    for (name, version, its), where in sorted(programs.items(), key=lambda entry: entry[0][0].lower()):
        print(f"{name:56} {version:12} {its:16} {', '.join(where)}{'' if its in ALLOWED else '   NOT ALLOWED'}")
    print(f"{len(programs)} packages, {len(refused)} under a licence that is not one of {', '.join(sorted(ALLOWED))}")
    sys.exit(1 if refused else 0)


if __name__ == "__main__":
    main()
