"""Servers that the service is compared with."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tools.bench.programs import program
from tools.processes import HOST, Server


def bare(bodies: Path) -> Server:
    """Bare ASGI function with the files of a folder as its answers."""
    return _uvicorn("tools.bench.bare:app", f"/{next(bodies.iterdir()).name}", {"BENCH_BODIES": str(bodies)})


def textbook(database: Path) -> Server:
    """Textbook application on its own database."""
    return _uvicorn("tools.bench.textbook:app", "/openapi.json", {"BENCH_TEXTBOOK": str(database)})


def datasette(database: Path) -> Server:
    """Datasette on the database of the textbook application. Its limit of a second for a statement is raised."""
    limit = ["--setting", "sql_time_limit_ms", "60000"]
    command = [program("datasette"), "serve", "--immutable", str(database), "--host", HOST, "--port", "PORT", *limit]
    return Server(command, "/-/versions.json")


def _uvicorn(app: str, probe: str, environment: Mapping[str, str]) -> Server:
    command = [sys.executable, "-m", "uvicorn", app, "--port", "PORT", "--no-access-log", "--log-level", "error"]
    return Server(command, probe, environment)
