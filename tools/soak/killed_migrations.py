"""Figure 3: migrations that are killed leave the database as it was, or its schema migrated, or all of it done."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.errors import CodedError
from app.publishing.bootstrap import bootstrap
from app.publishing.verify import verify_database
from app.resources.registry import COLLECTIONS
from app.store import migrate, schema_version
from app.store.engines.base import Database
from app.store.engines.sqlite_file import driver
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.killing import Course, Kills, course, killed, opened
from tools.soak.servers import packaged_database, replay_first

# Where databases of releases before began, by migration; "" is no database at all.
_OLD = ("", "20261123_first_schema", "20261126_kinds", "20261127_search_terms", "20261127_time_in_force")


@dataclass(frozen=True, slots=True)
class _State:
    """State of a database: its migration, its schema, and the digests of its revisions. All empty if there is none."""

    migration: str = ""
    schema: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


def measure(count: int, folder: Path) -> Outcome:
    """Kill so many migrations, of databases of several releases and of none; then migrate again, and verify."""
    whole = packaged_database(folder)
    early = _early_database(folder)
    done, kills, file = _state(whole), Kills(), folder / "killed.db"
    for place, migration in enumerate(_OLD):
        mine = len(range(place, count, len(_OLD)))
        old = _old_database(early, migration, folder) if mine else None
        moments = _course(old, file).moments(mine) if mine else []
        for moment in moments:
            _renew(old, file)
            hit = killed(_migrate, file, moment)
            _check(_state(file), _state(old) if old else _State(), done, kills, f"{migration or 'nothing'}, {moment}")
            kills.ends["killed" if hit else "ended before"] += 1
            _migrate_again(file, done, kills)
    is_hit = kills.ends["killed"] > count / 2 and (count < 2 * len(_OLD) or kills.ends["left as it was"])
    return Outcome(holds=not kills.faults and bool(is_hit), text=str(kills))


def _migrate(database: Database) -> object:
    return bootstrap(database, COLLECTIONS)


def _course(old: Path | None, file: Path) -> Course:
    _renew(old, file)
    return course(_migrate, file)


def _early_database(folder: Path) -> Path:
    """Database with the revisions that the first releases had."""
    file = folder / "early.db"
    database = opened(file)
    migrate.upgrade(database)
    replay_first(database, folder / "first")
    database.close()
    return file


def _old_database(early: Path, migration: str, folder: Path) -> Path | None:
    """Database as an older release would have left it: its schema, the records, and derived data that is not ours."""
    if not migration:
        return None
    file = folder / f"{migration}.db"
    shutil.copy(early, file)
    database = opened(file)
    migrate.downgrade(database, migration)
    with database.writing() as connection:
        if connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'derived_data'").first():
            connection.exec_driver_sql("UPDATE derived_data SET release = '0.0.1'")
    database.close()
    return file


def _state(file: Path) -> _State:
    """What is in a file, read without the code that is measured."""
    if not file.exists() or not file.stat().st_size:
        return _State()
    with closing(driver.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        names = {name for name, _ in rows}
        read = connection.execute
        migration = read("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in names else None
        digests = read("SELECT digest FROM revisions ORDER BY number").fetchall() if "revisions" in names else []
    schema = tuple(f"{name}: {sql}" for name, sql in rows)
    return _State(migration[0] if migration else "", schema, tuple(digest for (digest,) in digests))


def _check(found: _State, before: _State, done: _State, kills: Kills, what: str) -> None:
    """Count what a kill has left; a fault if it is none of the three states that are allowed."""
    if found == before:
        kills.ends["left as it was"] += 1
    elif found == done:
        kills.ends["left whole"] += 1
    elif found == _State(schema_version.head(), done.schema, before.digests):
        kills.ends["left with the schema only"] += 1
    else:
        kills.faults.append(f"{found.migration or 'no schema'} with {len(found.digests)} revisions after {what}")


def _migrate_again(file: Path, done: _State, kills: Kills) -> None:
    database = opened(file)
    try:
        _migrate(database)
        verify_database(database, COLLECTIONS)
    except (CodedError, DBAPIError) as error:
        kills.faults.append(f"next migration: {error}")
    finally:
        database.close()
    if _state(file) != done:
        kills.faults.append("the next migration gave another database")


def _renew(old: Path | None, file: Path) -> None:
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    if old:
        shutil.copy(old, file)


_COUNTS = Counts(short=3, reduced=15, full=200)
FIGURES = (Figure(3, "Migrations killed", "200 killed migrations: nothing, schema or whole", _COUNTS, measure),)
