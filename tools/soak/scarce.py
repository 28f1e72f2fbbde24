"""Figure 15: two at once, and little of everything: right or clearly refused, never wrong or by halves."""

import hashlib
import http.client
import itertools
import resource
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import CodedError
from app.paths import packaged
from app.publishing.verify import verify_database
from app.resources.registry import COLLECTIONS
from tools.processes import DOSSIER, HOST, Server, clean_environment, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.killing import opened
from tools.soak.servers import packaged_database, publishing, released

_PATHS = (
    "/v1/timeline-events",
    "/v1/timeline-events?format=csv&revision=2",
    "/v1/timeline-events?format=xlsx&revision=2",
    "/v1/search?q=nuclear&revision=2",
    "/v1/sanctions-measures?facets=kind,regime&limit=200&revision=2",
    "/v1/changes",
    "/v1/revisions/2/canonical",
    "/openapi.json",
)
_MIB = 2**20
_LEAST, _MOST = 90, 1024  # MiB of address space
_PATIENCE = 30  # seconds for an answer
_REFUSED = 503


@dataclass
class _Tally:
    """What came out: how often, and what is wrong."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def outcome(self, *, is_measured: bool = True) -> Outcome:
        """Outcome of the figure; it does not hold if what was to be measured did not happen."""
        counted = ", ".join(f"{count:,} {end}" for end, count in sorted(self.ends.items()))
        first = f", first: {self.faults[0]}" if self.faults else ""
        return Outcome(holds=is_measured and not self.faults, text=f"{counted}; {len(self.faults)} wrong{first}")


def two_at_once(count: int, folder: Path) -> Outcome:
    """So many rounds of two migrations of one new database at once, and then two publications to it at once."""
    tally = _Tally()
    for number in range(count):
        file = folder / f"{number}.db"
        for done in _together(["migrate"], ["migrate"], file=file):
            _count_command(tally, "migration", done)
        seeds = [_seed(folder / f"{number}-{name}", name) for name in ("first", "second")]
        ends = _together(*(["publish", str(seed), "--author", "soak", "--note", "Soak"] for seed in seeds), file=file)
        for done in ends:
            _count_command(tally, "publication", done)
        published = sum(done.returncode == 0 for done in ends)
        _verify(tally, file, released() + published, "two at once")
    return tally.outcome(is_measured=bool(tally.ends["publication done"]))


def two_servers(count: int, folder: Path) -> Outcome:
    """So many rounds of two servers that start at once where there is no database yet: both answer."""
    tally = _Tally()
    for number in range(count):
        file = folder / f"{number}.db"
        servers = [service(file), service(file)]
        with ThreadPoolExecutor(2) as pool:
            tally.faults += filter(None, pool.map(_start, servers))
        for server in servers:
            if server.process.poll() is None and _get(server.port, "/v1/actors/canada")[0] == http.HTTPStatus.OK:
                tally.ends["servers that answer"] += 1
            server.stop()
        _verify(tally, file, released(), "two servers")
    return tally.outcome(is_measured=tally.ends["servers that answer"] == 2 * count)


def four_workers(count: int, folder: Path) -> Outcome:
    """So many answers of four workers while revisions are published: none is refused, pinned ones stay the same."""
    file, tally = packaged_database(folder), _Tally()
    with service(file, workers=4) as server:
        known = _answers(server.port)
        with publishing(file, milliseconds=500) as publisher:
            _ask_at_once(server.port, known, count // 8, 8, tally)
    tally.faults += publisher.failures
    tally.ends["revisions published meanwhile"] = publisher.published
    _verify(tally, file, released() + publisher.published, "four workers")
    is_measured = publisher.published > 0 and tally.ends["right"] == count // 8 * 8
    return tally.outcome(is_measured=is_measured)


def few_descriptors(count: int, folder: Path) -> Outcome:
    """So many requests of 100 clients at once to a server that may open 64 files: right or refused, then all right."""
    file, tally = packaged_database(folder), _Tally()
    with service(file, limits={resource.RLIMIT_NOFILE: 64}) as server:
        known = _answers(server.port)
        _ask_at_once(server.port, known, count // 100, 100, tally)
        if _answers(server.port) != known:
            tally.faults.append("the answers afterwards are others")
    return tally.outcome(is_measured=tally.ends["right"] > 0)


def little_memory(count: int, folder: Path) -> Outcome:
    """Commands and servers with so many limits of address space, from 90 MiB to 1 GiB in equal ratios."""
    base, tally = packaged_database(folder), _Tally()
    with service(base) as server:
        known = _answers(server.port)
    for number in range(count):
        mebibytes = round(_LEAST * (_MOST / _LEAST) ** (number / max(count - 1, 1)))
        limits = {resource.RLIMIT_AS: mebibytes * _MIB, resource.RLIMIT_CORE: 0}
        file = folder / f"{number}.db"
        _count_command(tally, "migration", _finish(_command(["migrate"], file, limits)))
        _count_command(tally, "verification", _finish(_command(["verify"], base, limits)))
        _migrate_whole(tally, file)
        _serve_with(tally, base, limits, known)
    _verify(tally, base, released(), "little memory")
    return tally.outcome(is_measured=tally.ends["right"] > 0)


def _serve_with(tally: _Tally, base: Path, limits: dict[int, int], known: dict[str, str]) -> None:
    server = service(base, limits=limits)
    try:
        server.start()
    except RuntimeError:
        code = server.process.returncode
        tally.ends["servers refused to start"] += 1
        if code != 1:
            tally.faults.append(f"a server ended with {code} at {limits[resource.RLIMIT_AS] // _MIB} MiB")
        return
    _ask_at_once(server.port, known, 8, 4, tally)
    if server.process.poll() is not None:
        tally.faults.append(f"a server ended with {server.process.returncode} while it answered")
    server.stop()


def _migrate_whole(tally: _Tally, file: Path) -> None:
    """Whatever a migration without enough memory has left, one with enough goes on from there."""
    done = _finish(_command(["migrate"], file, {}))
    if done.returncode:
        tally.faults.append(f"the next migration: {done.stderr}")
    _verify(tally, file, released(), "after a migration with little memory")


def _ask_at_once(port: int, known: dict[str, str], count: int, clients: int, tally: _Tally) -> None:
    """So many requests by each of so many clients at once."""
    with ThreadPoolExecutor(clients) as pool:
        asked = [pool.submit(_ask, port, known, count, at) for at in range(clients)]
    for one in asked:
        ends, faults = one.result()
        tally.ends += ends
        tally.faults += faults


def _ask(port: int, known: dict[str, str], count: int, start: int) -> tuple[Counter[str], list[str]]:
    """Ask by turns, and compare pinned answers with those known: right, refused, broken off, or wrong."""
    ends, faults = Counter[str](), list[str]()
    for path in itertools.islice(itertools.cycle(_PATHS), start, start + count):
        try:
            status, digest = _get(port, path)
        except (OSError, http.client.HTTPException):
            ends["broken off"] += 1  # no client takes it for the whole answer
            continue
        if status == http.HTTPStatus.OK and known.get(path, digest) == digest:
            ends["right"] += 1
        elif status == _REFUSED:
            ends["refused"] += 1
        else:
            faults.append(f"{path}: {status}")
    return ends, faults


def _answers(port: int) -> dict[str, str]:
    """Digest of each pinned answer."""
    return {path: _get(port, path)[1] for path in _PATHS if "revision=" in path or path.startswith("/v1/revisions/")}


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, hashlib.sha256(answer.read()).hexdigest()
    finally:
        connection.close()


def _verify(tally: _Tally, file: Path, revisions: int, when: str) -> None:
    database = opened(file)
    try:
        found = len(verify_database(database, COLLECTIONS))
    except CodedError as error:
        tally.faults.append(f"{when}: {error}")
    else:
        tally.ends["databases verified"] += 1
        if found != revisions:
            tally.faults.append(f"{when}: {found} revisions instead of {revisions}")
    finally:
        database.close()


def _seed(folder: Path, mark: str) -> Path:
    """Seed files of which one text has a mark."""
    folder.mkdir()
    for file in packaged("seed").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        changed = text.replace('en = "', f'en = "{mark} ', 1) if file.stem == "engagement-topics" else text
        (folder / file.name).write_text(changed, encoding="utf-8")
    return folder


def _command(arguments: Sequence[str], file: Path, limits: dict[int, int]) -> subprocess.Popen[str]:
    """The command, started; its limits are set within the first milliseconds of the interpreter."""
    environment = clean_environment() | {"DOSSIER_DATABASE_URL": f"sqlite:///{file}"}
    pipe = subprocess.PIPE
    process = subprocess.Popen([str(DOSSIER), *arguments], env=environment, stdout=pipe, stderr=pipe, text=True)
    for limit, value in limits.items():
        resource.prlimit(process.pid, limit, (value, value))
    return process


def _finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _together(*commands: Sequence[str], file: Path) -> list[subprocess.CompletedProcess[str]]:
    processes = [_command(command, file, {}) for command in commands]
    return [_finish(process) for process in processes]


def _count_command(tally: _Tally, what: str, done: subprocess.CompletedProcess[str]) -> None:
    """A command is done, or refused with exit code 1 and one line."""
    if done.returncode == 0:
        tally.ends[f"{what} done"] += 1
    elif done.returncode == 1 and len(done.stderr.splitlines()) == 1 and done.stderr.startswith("dossier: "):
        tally.ends[f"{what} refused"] += 1
    else:
        tally.faults.append(f"{what}: exit code {done.returncode}: {done.stderr.strip()[-200:]}")


def _start(server: Server) -> str | None:
    try:
        server.start()
    except RuntimeError as error:
        return str(error)
    return None


def _figures() -> Iterator[Figure]:
    goal = "two publishers, two migrations, four workers, 64 descriptors, memory limits: right or clearly refused"
    yield Figure(15, "Two migrations and two publishers at once", goal, Counts(1, 3, 50), two_at_once)
    yield Figure(15, "Two servers that make the database at once", goal, Counts(1, 2, 20), two_servers)
    yield Figure(15, "Four workers", goal, Counts(80, 800, 20_000), four_workers)
    yield Figure(15, "64 descriptors", goal, Counts(200, 1000, 20_000), few_descriptors)
    yield Figure(15, "Memory limits", goal, Counts(2, 4, 25), little_memory)


FIGURES = (*_figures(),)
