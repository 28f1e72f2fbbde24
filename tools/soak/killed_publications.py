"""Figure 2: publications that are killed lose nothing and leave nothing by halves."""

import itertools
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.errors import CodedError
from app.paths import packaged
from app.publishing import seed_files
from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.publishing.verify import verify, verify_database
from app.resources.registry import COLLECTIONS
from app.store import migrate
from app.store.engines.base import Database
from app.store.tables import REVISIONS
from tools.processes import DOSSIER, clean_environment
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.killing import Kills, Moment, course, killed, opened

_COLLECTION = "actors"
_NOTE = {"en": "Soak", "fr": "Soak"}
_RECORDS = 3  # changed by each publication
_COMMANDS = 50  # every so many kills one is of the command `dossier publish` itself
_FRESH = 25  # kills after which the database is a new copy: a longer log only takes longer to verify


def measure(count: int, folder: Path) -> Outcome:
    """Kill so many publications. After each the log has to be whole, and the next publication has to work."""
    base, file, kills = _small_database(folder), folder / "killed.db", Kills()
    parts, dice = _parts(), random.Random(count)
    shutil.copy(base, file)
    _publish_next(file, next(parts), kills)  # so that what is compiled once is compiled in all forked processes
    usual = course(partial(_publish, part=next(parts)), file)
    for number, moment in enumerate(usual.moments(count)):
        if number % _FRESH == 0:
            _renew(base, file)
        before = _log(file)
        if number % _COMMANDS == _COMMANDS - 1:
            hit = _kill_command(folder, file, dice.uniform(0, 3))
        else:
            hit = killed(partial(_publish, part=next(parts)), file, moment)
        _check(file, before, kills, "killed" if hit else "ended before", moment)
        _publish_next(file, next(parts), kills)
        if number % _FRESH in (_FRESH - 1, count - 1):
            _check_all(file, kills)
    is_hit = kills.ends["killed, revision absent"] and kills.ends["killed, revision whole"]
    return Outcome(holds=not kills.faults and (bool(is_hit) or count < _FRESH), text=str(kills))


def _small_database(folder: Path) -> Path:
    """Database of the packaged sources and actors, which is verified in a fifth of the time of all records."""
    file = folder / "small.db"
    database = opened(file)
    migrate.upgrade(database)
    parts = [seed_files.read_file(packaged("seed") / f"{name}.toml") for name in ("sources", _COLLECTION)]
    publish(database, COLLECTIONS, parts, "soak", _NOTE)
    database.close()
    return file


def _parts() -> Iterator[Submission]:
    """Submissions without end, each with other words for some records."""
    records = seed_files.read_file(packaged("seed") / f"{_COLLECTION}.toml").records
    for number in itertools.count():
        some = [records[(number + at) % len(records)] for at in range(_RECORDS)]
        marked = [
            {**one, "title": {tongue: f"{text} {number}" for tongue, text in one["title"].items()}} for one in some
        ]
        yield Submission("soak", _COLLECTION, marked, complete=False)


def _publish(database: Database, part: Submission) -> int:
    revision = publish(database, COLLECTIONS, [part], "soak", _NOTE)
    if revision is None:
        raise RuntimeError("nothing was published")
    return revision.number


def _log(file: Path) -> list[str]:
    """Digests of the revisions."""
    database = opened(file)
    try:
        with database.reading() as connection:
            return [*connection.execute(select(REVISIONS.c.digest).order_by(REVISIONS.c.number)).scalars()]
    finally:
        database.close()


def _check(file: Path, before: list[str], kills: Kills, end: str, moment: Moment) -> None:
    """Count a kill: whether its revision is there, and what is wrong with the file or any revision."""
    database = opened(file)
    try:
        with database.reading() as connection:
            damage = [*database.damage(connection)]
            digests = [revision.digest for revision in verify(connection, COLLECTIONS)]
    except (CodedError, DBAPIError) as error:
        kills.faults.append(f"verify after {moment}: {error}")
        return
    finally:
        database.close()
    if damage or digests[: len(before)] != before or len(digests) > len(before) + 1:
        kills.faults.append(f"{len(before)} revisions before, {len(digests)} then, {damage} after {moment}")
    elif end == "ended before" and len(digests) == len(before):
        kills.faults.append(f"published and not there after {moment}")
    kills.ends[f"{end}, revision {'whole' if len(digests) > len(before) else 'absent'}"] += 1


def _check_all(file: Path, kills: Kills) -> None:
    """What `dossier verify` finds after many kills of the same database, its schema too."""
    database = opened(file)
    try:
        verify_database(database, COLLECTIONS)
    except (CodedError, DBAPIError) as error:
        kills.faults.append(f"verify: {error}")
    finally:
        database.close()


def _publish_next(file: Path, part: Submission, kills: Kills) -> None:
    database = opened(file)
    try:
        _publish(database, part)
    except (CodedError, RuntimeError) as error:
        kills.faults.append(f"next publication: {error}")
    finally:
        database.close()


def _kill_command(folder: Path, file: Path, seconds: float) -> bool:
    """Kill the command itself so many seconds after its start; returns whether it was running still."""
    seed = folder / f"seed-{time.monotonic_ns()}"
    seed.mkdir()
    text = (packaged("seed") / f"{_COLLECTION}.toml").read_text(encoding="utf-8")
    (seed / f"{_COLLECTION}.toml").write_text(text.replace('en = "', f'en = "{seed.name} ', 1), encoding="utf-8")
    environment = clean_environment() | {"DOSSIER_DATABASE_URL": f"sqlite:///{file}"}
    command = [str(DOSSIER), "publish", str(seed), "--author", "soak", "--note", "Soak"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() == -signal.SIGKILL


def _renew(base: Path, file: Path) -> None:
    for old in _files(file):
        old.unlink()
    shutil.copy(base, file)


def _files(file: Path) -> Iterator[Path]:
    yield from (path for path in file.parent.glob(f"{file.name}*") if path.is_file())


FIGURES = (
    Figure(
        number=2,
        name="Publications killed",
        goal="1,000 kill -9 in publication, 0 lost",
        counts=Counts(short=8, reduced=100, full=1000),
        measure=measure,
    ),
)
