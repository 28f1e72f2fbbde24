"""Clocks that are wrong: refused or warned about, and never able to put a revision before another."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from app import clock
from app.messages import line
from app.paths import packaged
from app.publishing.faults import PublicationError
from app.publishing.publish import Lenient, dry_run, publish
from app.publishing.replay import release, replay
from app.publishing.revision_time import clock_warnings
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.schema_version import head
from app.store.tables import Revision
from tests.support.command import dossier
from tests.support.paths import ROOT
from tests.support.servers import begun, migrated
from tests.support.world import World, text

BEGUN = datetime(2020, 1, 1, tzinfo=UTC)  # the only revision of the tiny world
RELEASED = datetime.strptime(head()[:8], "%Y%m%d").replace(tzinfo=UTC)
YEAR = timedelta(days=365)


@contextmanager
def clock_at(time: datetime) -> Iterator[None]:
    """The wall clock set to a time."""
    with patch("app.clock.now", lambda: time):
        yield


def publication(world: World, time: datetime, lenient: Lenient = Lenient.NONE) -> Revision:
    """Revision with a change of one record, published when the clock says this."""
    world.change("actors", "borea", title=text(f"Borea at {time:%Y-%m-%d}"))
    with clock_at(time):
        revision = publish(world.db, COLLECTIONS, world.submissions(), "The test", text("A change"), lenient=lenient)
    assert revision is not None
    return revision


def refusal(world: World, time: datetime) -> str:
    """The one line with which a publication at this time is refused, by a dry run too."""
    with pytest.raises(PublicationError) as caught:
        publication(world, time)
    with clock_at(time), pytest.raises(PublicationError) as dry:
        dry_run(world.db, COLLECTIONS, world.submissions())
    assert dry.value.faults == caught.value.faults
    (fault,) = caught.value.faults
    return line(fault)


@pytest.mark.parametrize("distance", [timedelta(hours=1, seconds=1), YEAR, 10 * YEAR])
def test_a_clock_more_than_an_hour_behind_the_newest_revision_publishes_nothing(
    world: World, distance: timedelta
) -> None:
    assert refusal(world, BEGUN - distance).startswith(
        f"This machine's clock says {BEGUN - distance:%Y-%m-%dT%H:%M:%SZ}, but the newest revision is of "
        "2020-01-01T00:00:00Z: set the clock."
    )


@pytest.mark.parametrize("distance", [6 * YEAR, 10 * YEAR, 1000 * YEAR])
def test_a_clock_years_after_this_release_publishes_nothing(world: World, distance: timedelta) -> None:
    assert "more than 5 years after this release and the newest revision: check the clock" in refusal(
        world, RELEASED + distance
    )


@pytest.mark.parametrize(
    ("distance", "time"),
    [
        (timedelta(hours=-1), "2020-01-01T00:00:01Z"),
        (timedelta(seconds=-1), "2020-01-01T00:00:01Z"),
        (timedelta(hours=1), "2020-01-01T01:00:01Z"),
        (4 * YEAR, "2023-12-31T00:00:01Z"),
    ],
)
def test_a_clock_that_may_be_right_dates_the_revision_after_the_newest(
    world: World, distance: timedelta, time: str
) -> None:
    assert publication(world, BEGUN + distance).published_at == time


@pytest.mark.parametrize("time", [BEGUN - 10 * YEAR, RELEASED + 10 * YEAR])
def test_a_wrong_clock_that_is_accepted_still_gives_a_later_time(world: World, time: datetime) -> None:
    later = max(time, BEGUN) + timedelta(seconds=1)
    assert publication(world, time, Lenient.CLOCK).published_at == f"{later:%Y-%m-%dT%H:%M:%SZ}"
    with world.db.reading() as connection:
        assert len(verify(connection, COLLECTIONS)) == 2


def test_nothing_to_publish_is_nothing_to_refuse(world: World) -> None:
    with clock_at(BEGUN - 10 * YEAR):
        assert publish(world.db, COLLECTIONS, world.submissions(), "The test", text("A change")) is None


def test_the_first_revision_is_dated_by_any_clock(db: SqliteDatabase) -> None:
    assert publication(World(db), datetime(1971, 1, 1, tzinfo=UTC)).published_at == "1971-01-01T00:00:01Z"


def test_packaged_revisions_are_replayed_by_any_clock(world: World, tmp_path: Path) -> None:
    release(world.db, COLLECTIONS, tmp_path / "package")
    for name, time in (("slow", BEGUN - 10 * YEAR), ("fast", BEGUN + 10 * YEAR)):
        database = migrated(tmp_path / f"{name}.db")
        with clock_at(time):
            assert replay(database, COLLECTIONS, tmp_path / "package") == [1]
        database.close()


def test_a_packaged_change_is_not_dated_by_a_wrong_clock(world: World, tmp_path: Path) -> None:
    release(world.db, COLLECTIONS, tmp_path / "package")
    own = begun(tmp_path / "own.db")
    publication(own, BEGUN + timedelta(days=1))
    world.change("timeline-events", "war", title=text("The great war"))
    world.publish()
    release(world.db, COLLECTIONS, tmp_path / "package")
    with clock_at(RELEASED + 10 * YEAR), pytest.raises(PublicationError, match="clock-ahead"):
        replay(own.db, COLLECTIONS, tmp_path / "package")
    with clock_at(RELEASED + 10 * YEAR):
        assert replay(own.db, COLLECTIONS, tmp_path / "package", accept_clock=True) == [3]
    own.db.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a database that lacks one of the packaged seed's withdrawals, and that seed."""
    assert dossier(tmp_path, "migrate").code == 0
    shutil.copytree(packaged("seed"), tmp_path / "seed", ignore=shutil.ignore_patterns("revisions"))
    file = tmp_path / "seed" / "actors.toml"
    file.write_text(file.read_text().replace('en = "Canada"', 'en = "Canada (state)"', 1))
    return tmp_path


PUBLISH = ("publish", "seed", "--author", "A", "--note", "B")


@pytest.mark.parametrize("distance", [-10 * YEAR, 10 * YEAR])
def test_publish_names_the_flag_that_accepts_the_clock_and_warns_with_it(home: Path, distance: timedelta) -> None:
    with clock_at(clock.now() + distance):
        for command in (PUBLISH, (*PUBLISH, "--dry-run")):
            outcome = dossier(home, *command)
            assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
            assert "--accept-clock" in outcome.err[0]
        done = dossier(home, *PUBLISH, "--accept-clock")
    assert (done.code, done.out[0].partition(" ")[0]) == (0, "Revision")
    assert "check the clock" in done.err[0]
    assert dossier(home, "verify").code == 0


@pytest.mark.parametrize(
    ("distance", "warned"), [(-YEAR, True), (timedelta(), False), (YEAR / 2, False), (2 * YEAR, True)]
)
def test_a_clock_at_an_unusual_distance_is_warned_about(distance: timedelta, warned: bool) -> None:
    assert bool([*clock_warnings(RELEASED, RELEASED + distance)]) == warned


def test_only_one_module_reads_the_wall_clock() -> None:
    reads = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.(time|time_ns|localtime|gmtime|ctime)\(")
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py") if reads.search(path.read_text())}
    assert files == {"app/clock.py"}
