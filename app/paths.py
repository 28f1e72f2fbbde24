"""Package data: where the folders are that ship with the code."""

from pathlib import Path

_APP = Path(__file__).parent


def packaged(name: str) -> Path:
    """The folder `seed` or `migrations`: in a wheel it is under app/packaged, in a checkout next to app."""
    inside = _APP / "packaged" / name
    return inside if inside.is_dir() else _APP.parent / name
