"""Figure 12: bits that turn over, and a disk that is full, read-only, or has lost or exchanged the file.

No answer may be wrong without `dossier verify` finding what it comes from.
"""

import contextlib
import ctypes
import os
import random
import resource
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.errors import CodedError
from app.main import create_app
from app.paths import packaged
from app.publishing import bootstrap, seed_files
from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from app.store.database import open_database
from tools.soak.damage import NAME, QUESTIONS, Answers, Files, ask, finding, in_processes, settings
from tools.soak.figure import Counts, Figure, Outcome

_OK, _UNAVAILABLE, _INTERNAL = 200, 503, 500
_NOTE = {"en": "Soak", "fr": "Soak"}
_CAPABILITIES, _DAC_OVERRIDE = 0x20080522, 1 << 1  # version of Linux's structure; that by which root writes anywhere
_DOWNLOADS = ("/v1/dataset.sqlite", "/v1/dataset.jsonl")
_BEGUN = "/v1/actors?limit=3"  # asked before the file goes


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one copy: wrong answers, those that were an internal error, and what verifying found."""

    case: str
    refused: int  # 503, or broken off
    wrong: tuple[str, ...]  # complete and not right: of another revision, or with another status
    internal: tuple[str, ...]
    finding: str  # only looked for where an answer was wrong

    @property
    def is_fault(self) -> bool:
        """Whether the figure does not hold because of it."""
        return bool(self.internal) or (bool(self.wrong) and not self.finding)


def looked_at(case: str, answers: Answers, right: Answers, verify: Callable[[], str] = finding) -> Look:
    """Comparison of answers with the right ones; verifying is needed only if one is wrong."""
    wrong = tuple(
        question
        for question, answer in answers.items()
        if answer.is_complete and answer != right[question] and answer.status not in (_UNAVAILABLE, _INTERNAL)
    )
    refused = sum(answer.status == _UNAVAILABLE or not answer.is_complete for answer in answers.values())
    internal = tuple(question for question, answer in answers.items() if answer.status == _INTERNAL)
    return Look(case, refused, wrong, internal, verify() if wrong else "")


def _undamaged(files: Files) -> Answers:
    files.write()
    return ask(create_app(settings()))


def _first_of(files: Files, folder: Path) -> Answers:
    """Right answers. Raises RuntimeError unless each question has one."""
    (right,) = in_processes([partial(_undamaged, files)], folder)
    if right is None or any(answer.status != _OK for answer in right.values()):
        raise RuntimeError(f"no answers from the undamaged database: {right}")
    return right


def _submission(word: str) -> Submission:
    """Three packaged records with other summaries."""
    (actors,) = (one for one in seed_files.read_folder(packaged("seed"), COLLECTIONS) if one.collection == "actors")
    records = [{**one, "summary": {"en": f"Summary {word}", "fr": f"Résumé {word}"}} for one in actors.records[:3]]
    return Submission(f"soak {word}", "actors", records, complete=False)


def _publish(word: str) -> None:
    with closing(open_database(settings())) as database:
        publish(database, COLLECTIONS, [_submission(word)], "soak", _NOTE)


@contextlib.contextmanager
def _within(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    with contextlib.chdir(folder):
        yield


def _databases(folder: Path) -> tuple[Files, Files]:
    """Files of the packaged record, and of the same with one revision more, which is only in the log."""
    with _within(folder / "original"):
        with closing(open_database(settings())) as database:
            bootstrap.bootstrap(database, COLLECTIONS)
        before = Files.of(Path(NAME))
        # A reader that holds the state from before: nothing can be moved out of the log.
        with closing(open_database(settings())) as database, database.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM revisions").all()
            publish(database, COLLECTIONS, [_submission("one")], "soak", _NOTE)
            after = Files.of(Path(NAME))
    if not after.log:
        raise RuntimeError("the revision is not in the log")
    return before, after


def _flipped(bit: int, *, files: Files, right: Answers) -> Look:
    files.flipped(bit).write()
    case = "in the log" if bit // 8 >= len(files.database) else "in the database"
    return looked_at(case, ask(create_app(settings())), right)


def measure_bits(count: int, folder: Path) -> Outcome:
    """Turn one bit over in each of so many copies: two of three anywhere, one of three in the log."""
    _, files = _databases(folder)
    right = _first_of(files, folder)
    dice = random.Random(count)
    anywhere, in_log = range(files.bits), range(8 * len(files.database), files.bits)
    bits = [dice.choice(in_log if number % 3 == 0 else anywhere) for number in range(count)]
    looks = [*in_processes([partial(_flipped, bit, files=files, right=right) for bit in bits], folder)]
    number = sum(bit in in_log for bit in bits)
    return _outcome(looks, f"{count} copies with one bit turned over, {number} of them in the log")


def _outcome(looks: Sequence[Look | None], what: str) -> Outcome:
    seen = [look for look in looks if look]
    dead = len(looks) - len(seen)
    faults = [look for look in seen if look.is_fault]
    wrong = Counter(look.case for look in seen if look.wrong)
    all_right = sum(not (look.wrong or look.refused or look.internal) for look in seen)
    refused = sum(bool(look.refused) and not look.wrong for look in seen)
    parts = [
        what,
        f"{all_right} answer as before, {refused} refuse some answers (503 or broken off)",
        f"{sum(wrong.values())} give a wrong answer"
        + (f" ({', '.join(f'{number} {case}' for case, number in sorted(wrong.items()))})" if wrong else ""),
        f"{sum(bool(look.wrong) and not look.finding for look in seen)} of these unseen by verify",
        f"{sum(bool(look.internal) for look in seen)} give 500, {dead} die or hang",
    ]
    first = f"; first: {faults[0]}" if faults else ""
    return Outcome(holds=not faults and not dead, text="; ".join(parts) + first)


def _full(files: Files, right: Answers) -> Look:
    """The disk fills up while the service runs: a publication is refused, and all else is served as before."""
    files.write()
    app = create_app(settings())
    ask(app, [_BEGUN])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    was_refused = _is_refused("on a full disk")
    answers = ask(app, [*QUESTIONS, *_DOWNLOADS])
    refused_downloads = all(answers[path].status == _UNAVAILABLE for path in _DOWNLOADS)
    own = {path: answer for path, answer in answers.items() if path in right}
    look = looked_at("full", own, right)
    wrong = () if was_refused and refused_downloads else ("a publication or download on a full disk",)
    return Look(look.case, look.refused, look.wrong + wrong, look.internal, look.finding)


def _is_refused(word: str) -> bool:
    """Whether a publication is refused with an error that the command line reports in one line."""
    try:
        _publish(word)
    except (DBAPIError, CodedError, OSError):
        return True
    return False


def _read_only(files: Files, right: Answers) -> Look:
    """Neither file nor folder can be written: served, and a publication is refused."""
    files.write()
    os.chmod(NAME, 0o444)  # noqa: PTH101 - as the next one
    os.chmod(".", 0o555)  # noqa: PTH101 - the present folder
    _obey_permissions()
    was_refused = _is_refused("read-only")
    look = looked_at("read-only", ask(create_app(settings())), right)
    os.chmod(".", 0o755)  # noqa: PTH101
    return look if was_refused else Look(look.case, look.refused, (*look.wrong, "a publication"), look.internal, "")


def _obey_permissions() -> None:
    """Give up what lets root write in spite of the permissions, in this process. Nothing happens for another user."""
    if os.getuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        header, sets = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
        libc.capget(header, sets)
        sets[0] &= ~_DAC_OVERRIDE  # effective
        sets[1] &= ~_DAC_OVERRIDE  # permitted
        libc.capset(header, sets)


def _missing(_: Files, right: Answers) -> Look:
    """There is no file from the start."""
    return looked_at("missing", ask(create_app(settings())), right, lambda: "")


def _removed(files: Files, right: Answers) -> Look:
    """The file goes while it is served: right answers from memory, or none."""
    files.write()
    app = create_app(settings())
    ask(app, [_BEGUN])
    for file in Path.cwd().glob(f"{NAME}*"):
        file.unlink()
    return looked_at("removed", ask(app), right, lambda: "")


def _replaced(files: Files, right: Answers, other: Files) -> Look:
    """Another database takes its place while it is served: the answers are from then on those of that one."""
    other.write()
    app = create_app(settings())
    ask(app, [*QUESTIONS])
    Path("new.db").write_bytes(files.database)
    for file in Path.cwd().glob(f"{NAME}-*"):
        file.unlink() if file.is_file() else shutil.rmtree(file)
    Path("new.db").replace(NAME)
    return looked_at("replaced", ask(app), right)


def _truncated(files: Files, right: Answers, size: int, *, while_serving: bool) -> Look:
    """The file ends early: nothing wrong is served, and verifying finds it."""
    files.write()
    app = create_app(settings())
    if while_serving:
        ask(app, [_BEGUN])
    os.truncate(NAME, size)
    return looked_at("truncated", ask(app), right)


def measure_states(count: int, folder: Path) -> Outcome:
    """The states of a disk once each, and so many sizes to which the file is cut."""
    files, later = _databases(folder)
    right = _first_of(files, folder)
    dice = random.Random(count)
    tasks: list[Callable[[], Look]] = [
        *(partial(state, files, right) for state in (_full, _read_only, _missing, _removed)),
        partial(_replaced, files, right, later),
    ]
    for number in range(count):
        size = dice.randrange(len(files.database))
        tasks.append(partial(_truncated, files, right, size, while_serving=bool(number % 2)))
    looks = [*in_processes(tasks, folder)]
    return _outcome(looks, f"full, read-only, missing, removed, replaced, and {count} times truncated")


FIGURES = (
    Figure(
        number=12,
        name="Bits turned over in database and log",
        goal="no wrong answer that `verify` does not find, no 500",
        counts=Counts(short=4, reduced=120, full=1000),
        measure=measure_bits,
    ),
    Figure(
        number=12,
        name="Disk full or read-only; file missing, replaced or truncated",
        goal="right answers or 503, no wrong answer that `verify` does not find",
        counts=Counts(short=2, reduced=20, full=100),
        measure=measure_states,
    ),
)
