"""Health check of a container: exit code 0 if the server of this container can answer requests from its database.

It asks on the host and port that are in the command line of the first process, or of the one whose number it is given.
"""

import http.client
import sys
from pathlib import Path

SECONDS = 4  # less than the time-out of HEALTHCHECK
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server of all addresses is asked
DEFAULTS = {"--host": "127.0.0.1", "--port": "8000"}  # of `dossier serve`


def option(command: list[str], name: str) -> str:
    """Value of an option in a command line, as `--port 80` or `--port=80`; the last one counts."""
    value = DEFAULTS[name]
    for word, following in zip(command, [*command[1:], ""], strict=True):
        if word == name:
            value = following
        elif word.startswith(f"{name}="):
            value = word.removeprefix(f"{name}=")
    return value


def is_ready(command: list[str]) -> bool:
    """Whether the server with this command line answers 200 to its readiness check."""
    host = option(command, "--host")
    connection = http.client.HTTPConnection(LOOPBACK.get(host, host), int(option(command, "--port")), timeout=SECONDS)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    process = sys.argv[1] if len(sys.argv) > 1 else "1"
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    sys.exit(not is_ready(words))
