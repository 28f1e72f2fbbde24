"""PostgreSQL server in a temporary folder, for tests and developers: started, stopped, killed, copied, promoted."""

import contextlib
import enum
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tools.postgres.binaries import MISSING, find_binaries, unprivileged_user
from tools.processes import HOST, free_port, tree

USER, DATABASE = "dossier", "dossier"
_PATIENCE = 60  # seconds until a server answers or has ended
_ATTEMPTS = 5  # a free port may be taken by another program before the server has it
_STATUS_LINE = 7  # of postmaster.pid, as pg_ctl reads it
_PASSWORD_FILE = "password"

# Loses data in a power cut of the machine only, not when processes are killed. `durable=True` leaves both on.
_FAST = {"fsync": "off", "full_page_writes": "off"}
_COMMON = {
    "listen_addresses": f"'{HOST}'",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "wal_keep_size": "256MB",  # a replica that was cut off finds what it missed
    "password_encryption": "'scram-sha-256'",
    "lc_messages": "'C'",
}


class PostgresError(Exception):
    """A server, or one of PostgreSQL's programs, failed; the message has the end of what it wrote."""


class Shutdown(enum.Enum):
    """Shutdown mode, by PostgreSQL's own names."""

    SMART = signal.SIGTERM  # waits for every client to leave
    FAST = signal.SIGINT  # ends transactions and connections, and writes a checkpoint
    IMMEDIATE = signal.SIGQUIT  # writes nothing: the next start recovers from the write-ahead log


class PostgresServer:
    """PostgreSQL server on a free port of 127.0.0.1, with all its files in a temporary folder.

    A superuser `dossier` with a random password owns an empty database `dossier`. As root, it runs as another user. It
    is ready when the block begins, and removed when it ends. The port stays the same when it is started again.

    `icu_locale` gives text a default order by a language, such as `fr-CA`: what then depends on the order of the
    machine is found by tests. Without it, the order is by code points. `settings` are lines of postgresql.conf.
    """

    def __init__(
        self, *, durable: bool = False, icu_locale: str | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise PostgresError(MISSING)
        self._binaries = binaries
        self._user = unprivileged_user()
        self._group = pwd.getpwnam(self._user).pw_gid if self._user else None
        self._icu_locale = icu_locale
        self.settings = _COMMON | ({} if durable else _FAST) | {**(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._primary: PostgresServer | None = None
        self.port = 0
        self.password = secrets.token_urlsafe(18)

    @classmethod
    def replica_of(cls, primary: "PostgresServer", settings: Mapping[str, str] | None = None) -> "PostgresServer":
        """Streaming replica (hot standby) of a running server, copied by pg_basebackup when the block begins."""
        replica = cls(settings=primary.settings | {**(settings or {})})
        replica._primary = primary
        replica.password = primary.password
        return replica

    def __enter__(self) -> Self:
        try:
            self.create()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def folder(self) -> Path:
        """Temporary folder of the server: `data`, `log`, the Unix socket."""
        if self._folder is None:
            raise PostgresError("the server has no files yet, or none any more")
        return self._folder

    @property
    def data(self) -> Path:
        """Data folder (PGDATA)."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """URL with the password, for DOSSIER_DATABASE_URL."""
        return self.url_of(DATABASE)

    def url_of(self, database: str, port: int | None = None) -> str:
        """URL of another database of the server, or through another port, such as one of a TCP proxy."""
        return f"postgresql+psycopg://{USER}:{self.password}@{HOST}:{port or self.port}/{database}"

    @property
    def running(self) -> bool:
        """Whether the server's first process runs."""
        return self._process is not None and self._process.poll() is None

    def create(self) -> None:
        """Make the temporary folder and the data in it: by initdb, or as a copy of the primary."""
        self._folder = Path(tempfile.mkdtemp(prefix="dossier-pg-"))
        (self._folder / _PASSWORD_FILE).write_text(f"{self.password}\n")
        (self._folder / _PASSWORD_FILE).chmod(0o600)
        if self._user:
            owner = pwd.getpwnam(self._user)
            for path in (self._folder, self._folder / _PASSWORD_FILE):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        if self._primary:
            copied_from = ["--host", HOST, "--port", str(self._primary.port), "--username", USER]
            self.run("pg_basebackup", "--pgdata", self.data, "--checkpoint=fast", "--write-recovery-conf", *copied_from)
        else:
            access = [f"--pwfile={self._folder / _PASSWORD_FILE}", "--auth=scram-sha-256", f"--username={USER}"]
            order = ["--locale-provider=icu", f"--icu-locale={self._icu_locale}"] if self._icu_locale else []
            self.run("initdb", "--pgdata", self.data, "--encoding=UTF8", "--locale=C", "--no-sync", *access, *order)

    def start(self) -> None:
        """Start the server and wait until it takes connections. Raises PostgresError with the end of its log."""
        first = self.port == 0
        for attempt in range(_ATTEMPTS if first else 1):
            if first:
                self.port = free_port()
            if self._started():
                break
            if attempt + 1 == (_ATTEMPTS if first else 1) or "Address already in use" not in self.log():
                raise PostgresError(f"PostgreSQL did not start:\n{self.log()[-2000:]}")
        if first and not self._primary:
            self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")

    def _started(self) -> bool:
        settings = {**self.settings, "port": str(self.port), "unix_socket_directories": f"'{self.folder}'"}
        # The last file that postgresql.conf includes, so that it counts on a copy of a primary, too
        _write_as_owner(self.data / "dossier.conf", "".join(f"{name} = {text}\n" for name, text in settings.items()))
        main = self.data / "postgresql.conf"
        if "include 'dossier.conf'" not in main.read_text():
            _write_as_owner(main, main.read_text() + "\ninclude 'dossier.conf'\n")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.data],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, process_group=0, env=self._environment(),
                user=self._user, group=self._group, extra_groups=[] if self._user else None,
            )  # fmt: skip
        until = time.monotonic() + _PATIENCE
        while self.running and time.monotonic() < until:
            if self._status() == "ready":
                return True
            time.sleep(0.02)
        if self.running:
            self.kill()
        return False

    def _status(self) -> str:
        """Status that the server writes into postmaster.pid: `starting`, `stopping`, `ready` or `standby`."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if self._process and int(lines[0]) == self._process.pid:
                return lines[_STATUS_LINE].strip()
        return ""

    def stop(self, mode: Shutdown = Shutdown.FAST) -> None:
        """Stop the server and wait until its processes have ended. Does nothing if it does not run."""
        self._end(mode.value)

    def kill(self) -> None:
        """Kill every process of the server at once, as a power cut does, and wait until they have ended."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            members = tree(self._process.pid)
            for pid in members if number == signal.SIGKILL else members[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            self._process.wait(_PATIENCE)
            _await_end(members)
        self._process = None

    def restart(self, mode: Shutdown = Shutdown.FAST) -> None:
        """Stop the server and start it on the same port."""
        self.stop(mode)
        self.start()

    def promote(self) -> None:
        """Make a replica the primary: it ends recovery and takes writes when this returns."""
        if self.sql("SELECT pg_promote(wait_seconds => 60)") != "t":
            raise PostgresError("the replica was not promoted within 60 seconds")
        self._primary = None

    def caught_up(self, primary: "PostgresServer") -> bool:
        """Whether this replica has replayed all that the primary has written so far."""
        position = primary.sql("SELECT pg_current_wal_insert_lsn()")
        return self.sql(f"SELECT coalesce(pg_last_wal_replay_lsn() >= '{position}', false)") == "t"

    def sql(self, statement: str, *, database: str = DATABASE) -> str:
        """Rows of a statement as psql writes them, columns with `|` between them. Raises PostgresError."""
        access = ["--host", HOST, "--port", str(self.port), "--username", USER, "--dbname", database]
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *access, "-c", statement).strip()

    def run(self, program: str, *arguments: str | Path) -> str:
        """Output of one of PostgreSQL's programs, run as the server's user with its password. Raises PostgresError."""
        done = subprocess.run(
            [self._binaries / program, *arguments],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=self._environment(),
            cwd=self.folder, user=self._user, group=self._group, extra_groups=[] if self._user else None,
        )  # fmt: skip
        if done.returncode:
            raise PostgresError(f"{program}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        kept = {name: text for name in ("PATH", "LD_LIBRARY_PATH") if (text := os.environ.get(name))}
        return {**kept, "LC_ALL": "C", "TZ": "UTC", "PGPASSWORD": self.password}

    def log(self) -> str:
        """All that the server has written."""
        return (self.folder / "log").read_text(errors="replace")

    def remove(self) -> None:
        """Stop the server and remove all its files."""
        self.stop(Shutdown.IMMEDIATE)
        if self._folder:
            shutil.rmtree(self._folder)
            self._folder = None


def _write_as_owner(path: Path, text: str) -> None:
    """Write a file that belongs to the owner of its folder."""
    path.write_text(text)
    folder = path.parent.stat()
    if folder.st_uid != os.geteuid():
        os.chown(path, folder.st_uid, folder.st_gid)


def _await_end(pids: list[int]) -> None:
    """Wait until processes have ended: a server's children outlive it for a moment, and hold its shared memory."""
    until = time.monotonic() + _PATIENCE
    for pid in pids:
        while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
            time.sleep(0.01)
