"""Folders and files that tests read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "node"
RELEASED = ROOT / "tests" / "released"
