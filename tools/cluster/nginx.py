"""nginx with deploy/nginx-cluster.conf on a free port, in front of nodes on this machine."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tools.processes import HOST, free_port

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx-cluster.conf"
MISSING = "There is no nginx on this machine: install Debian's package nginx-light."
_PATIENCE = 60  # seconds until nginx listens or has ended


def find_nginx() -> str | None:
    """Path of nginx; None if it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Nginx:
    """nginx in front of nodes at ports of this machine; listens when its block begins, ended with it.

    `changes` are replaced in the configuration, so that tests need not wait for its times. All files of it are in
    `folder`: the cache, `error.log`, `access.log`.
    """

    def __init__(self, folder: Path, nodes: Sequence[int], changes: Sequence[tuple[str, str]] = ()) -> None:
        self.port = free_port()
        self.folder = folder
        self._nodes, self._changes = nodes, changes
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _configuration(self, nodes: Sequence[int], changes: Sequence[tuple[str, str]]) -> str:
        """The file that users get, with ports and folders of this machine. Raises ValueError where it lacks one."""
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind}; " for kind in ("client_body", "proxy"))
        places = [(f"node{number}:8000", f"{HOST}:{port}") for number, port in enumerate(nodes, 1)]
        own = [
            ("listen 8080;", f"listen {HOST}:{self.port};"),
            ("/var/cache/nginx/", f"{self.folder}/"),
            ("/dev/stdout answers;", f"{self.folder}/access.log answers; {temporary}"),
        ]
        text = CONFIGURATION.read_text()
        for old, new in (*places, *own, *changes):
            if old not in text:
                raise ValueError(f"{CONFIGURATION.name} has no {old}")
            text = text.replace(old, new)
        return text

    def start(self) -> None:
        """Start nginx and wait until it listens. Raises RuntimeError with what it wrote if it does not."""
        program = find_nginx()
        if program is None:
            raise RuntimeError(MISSING)
        file = self.folder / "nginx.conf"
        file.write_text(self._configuration(self._nodes, self._changes))
        user = "user root; " if os.geteuid() == 0 else ""
        options = ["-p", f"{self.folder}", "-e", f"{self.folder}/error.log", "-c", f"{file}"]
        options += ["-g", f"daemon off; pid {self.folder}/pid; {user}"]
        self._process = subprocess.Popen([program, *options], stderr=subprocess.DEVNULL, process_group=0)
        until = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            with socket.socket() as trial:
                if not trial.connect_ex((HOST, self.port)):
                    return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError((self.folder / "error.log").read_text())

    def reload(self, nodes: Sequence[int]) -> None:
        """Other nodes from now on, as by `nginx -s reload`: requests under way end where they began."""
        (self.folder / "nginx.conf").write_text(self._configuration(nodes, self._changes))
        if self._process:
            self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End nginx at once. Does nothing if it does not run."""
        if self._process:
            self._process.terminate()
            self._process.wait(_PATIENCE)
            self._process = None
