"""Programs that the measurements need: those on the search path, else those that `make` put into .venv-bench."""

import os
import shutil
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / ".venv-bench"
_DEBIAN = FOLDER / "debian" / "usr"
_PLACES = (FOLDER / "bin", _DEBIAN / "bin")


def found(name: str) -> str | None:
    """Path of a program, None if there is none."""
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, _PLACES)))


def program(name: str) -> str:
    """Path of a program. Raises SystemExit if there is none."""
    path = found(name)
    if path is None:
        raise SystemExit(
            f"{name} is missing: install it (Debian has a package of that name), or run `make yardsticks`."
        )
    return path


def environment() -> dict[str, str]:
    """Environment variables with which unpacked Debian packages find their libraries."""
    libraries = [str(folder) for folder in (_DEBIAN / "lib").glob("*-linux-gnu")]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")])}
