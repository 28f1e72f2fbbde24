"""Figure 14: a clock that is ten years fast or slow, or is set while the service runs."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from app.paths import packaged
from tools.processes import HOST, Server, clean_environment
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.servers import released

_YEARS = 10
_SECONDS = _YEARS * 365 * 24 * 3600
_DAY = 24 * 3600
_OK, _NOT_MODIFIED, _UNPROCESSABLE, _TOO_MANY = 200, 304, 422, 429


@dataclass
class _Machine:
    """Machine with a clock of its own: its folder, its database, and what has been wrong on it so far."""

    folder: Path
    checks: int = 0
    faults: list[str] = field(default_factory=list)
    names: int = 0

    @property
    def clock(self) -> Path:
        """File with the seconds by which the clock is fast."""
        return self.folder / "clock"

    @property
    def environment(self) -> dict[str, str]:
        """Environment of commands."""
        return {"DOSSIER_DATABASE_URL": f"sqlite:///{self.folder}/dossier.db", "DOSSIER_LOG": "off"}

    def set_clock(self, seconds: int) -> None:
        """Set the clock, in one step: a running service may read the file at any time."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock)

    def check(self, what: str, *, is_right: bool) -> None:
        """Count a check, and what is wrong."""
        self.checks += 1
        if not is_right:
            self.faults.append(f"clock fast by {self.clock.read_text()} s: {what}")

    def dossier(self, *arguments: str) -> tuple[int, list[str]]:
        """Exit code and lines of a command."""
        command = [*_command(self.clock), *arguments]
        environment = clean_environment() | self.environment
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, [*done.stdout.splitlines(), *done.stderr.splitlines()]

    def publish(self, *options: str) -> tuple[int, list[str]]:
        """Exit code and lines of a publication of one changed record; the seed files are those of the package."""
        self.names += 1
        seed = self.folder / "seed"
        seed.mkdir(exist_ok=True)
        for file in packaged("seed").glob("*.toml"):
            (seed / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        topics = seed / "engagement-topics.toml"
        words = topics.read_text(encoding="utf-8").replace('en = "', f'en = "{self.names} ', 1)
        topics.write_text(words.replace('fr = "', f'fr = "{self.names} ', 1), encoding="utf-8")
        return self.dossier("publish", str(seed), "--author", "soak", "--note", "Soak", *options)


def measure(count: int, folder: Path) -> Outcome:
    """So many machines, by turns with a clock that is ten years fast and one that is ten years slow."""
    checks, faults = 0, list[str]()
    for number in range(count):
        seconds = -_SECONDS if number % 2 else _SECONDS
        machine = _Machine(folder / str(number))
        machine.folder.mkdir()
        machine.set_clock(0)
        _check_commands(machine, seconds)
        _check_service(machine, seconds)
        checks, faults = checks + machine.checks, faults + machine.faults
    text = f"{checks} checks of commands and answers, clocks {_YEARS} years fast and slow by turns, {len(faults)} wrong"
    return Outcome(holds=not faults, text=text + (f", first: {faults[0]}" if faults else ""))


def _check_commands(machine: _Machine, seconds: int) -> None:
    machine.set_clock(seconds)
    machine.check("migrate", is_right=machine.dossier("migrate")[0] == 0)
    code, lines = machine.publish()
    machine.check("publish is refused in one line", is_right=code == 1 and len(lines) == 1)
    machine.check("the line names the flag", is_right="--accept-clock" in lines[-1])
    machine.check("nothing was published", is_right=f"match: {released()}." in machine.dossier("verify")[1][0])
    machine.check("publish with the flag", is_right=machine.publish("--accept-clock")[0] == 0)
    machine.check("verify", is_right=f"match: {released() + 1}." in machine.dossier("verify")[1][0])
    machine.set_clock(0)
    code, lines = machine.publish()
    after_fast = code == 1 and "--accept-clock" in lines[-1]
    machine.check("publish by the right clock again", is_right=after_fast if seconds > 0 else code == 0)
    machine.check("verify by the right clock", is_right=machine.dossier("verify")[0] == 0)


def _check_service(machine: _Machine, seconds: int) -> None:
    """Answers while the clock is wrong, and while it is set: they do not depend on it, and no limit does."""
    machine.set_clock(seconds)
    limits = {"DOSSIER_RATE_LIMIT": "60/h"}
    command = [*_command(machine.clock), "serve", "--port", "PORT"]
    with Server(command, "/health/ready", machine.environment | limits) as server, _connection(server.port) as client:
        status, headers, newest = _get(client, "/v1/revisions?limit=1")
        machine.check("answer by a wrong clock", is_right=status == _OK)
        is_near = abs(_date(headers) - time.time() - seconds) < _DAY
        machine.check("the Date header is that of the clock", is_right=is_near)
        tag, instant = headers["etag"], _published_at(newest)
        _check_as_of(machine, client, instant)
        for other in (0, -seconds, seconds):
            machine.set_clock(other)
            again = _get(client, "/v1/revisions?limit=1", {"If-None-Match": tag})
            machine.check("304 after the clock was set", is_right=again[0] == _NOT_MODIFIED)
            machine.check("the same answer", is_right=_get(client, "/v1/revisions?limit=1")[2] == newest)
        statuses = [_get(client, "/v1/actors?limit=1")[0] for _ in range(60)]
        machine.check("the rate limit counts", is_right=statuses[0] == _OK and statuses[-1] == _TOO_MANY)
        machine.set_clock(seconds + _SECONDS)
        is_limited = _get(client, "/v1/actors?limit=1")[0] == _TOO_MANY
        machine.check("the rate limit does not look at the clock", is_right=is_limited)
        machine.check("health after the clock was set", is_right=_get(client, "/health/live")[0] == _OK)


def _check_as_of(machine: _Machine, client: http.client.HTTPConnection, instant: str) -> None:
    found = _get(client, f"/v1/actors?limit=1&as_of={instant}")
    machine.check("as_of the newest revision", is_right=found[0] == _OK)
    machine.check(
        "as_of a century later", is_right=_get(client, "/v1/actors?as_of=2199-01-01T00:00:00Z")[0] == _UNPROCESSABLE
    )
    machine.check(
        "as_of before the first", is_right=_get(client, "/v1/actors?as_of=1999-01-01T00:00:00Z")[0] == _UNPROCESSABLE
    )


def _command(clock: Path) -> list[str]:
    return [sys.executable, "-m", "tools.soak.faked_clock", str(clock)]


@contextmanager
def _connection(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def _get(
    client: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    client.request("GET", path, headers=headers or {})
    answer = client.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def _date(headers: dict[str, str]) -> float:
    return parsedate_to_datetime(headers["date"]).timestamp()


def _published_at(body: bytes) -> str:
    start = body.index(b'"published_at":"') + len(b'"published_at":"')
    return datetime.fromisoformat(body[start : start + 20].decode()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


FIGURES = (Figure(14, "Clock", "clock ±10 years", Counts(short=1, reduced=4, full=40), measure),)
