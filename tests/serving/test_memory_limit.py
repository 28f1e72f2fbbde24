"""A server is not started under a limit of memory with which a library that it uses would crash."""

import resource
import subprocess

import pytest

from app.messages import line
from app.serving.memory_limit import memory_fault
from tests.support.command import SCRIPT, environment, free_port
from tests.support.waiting import TIMEOUT

MIB = 2**20


@pytest.mark.parametrize("limited", [resource.RLIMIT_AS, resource.RLIMIT_DATA])
def test_a_limit_that_is_too_low_is_named_with_what_is_needed(monkeypatch: pytest.MonkeyPatch, limited: int) -> None:
    limits = {limited: (511 * MIB, 511 * MIB)}
    monkeypatch.setattr("resource.getrlimit", lambda limit: limits.get(limit, (resource.RLIM_INFINITY,) * 2))
    fault = memory_fault()
    assert fault is not None
    assert line(fault) == ("the address space of a process is limited to 511 MiB (ulimit -v or -d): 512 MiB are needed")


@pytest.mark.parametrize("limit", [512 * MIB, resource.RLIM_INFINITY])
def test_enough_and_no_limit_are_no_fault(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (limit, limit))
    assert memory_fault() is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "mebibytes"), [(("migrate",), 80), (("serve", "--port", str(free_port())), 200), (("verify",), 80)]
)
def test_commands_without_memory_end_with_one_line(tmp_path: object, command: tuple[str, ...], mebibytes: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes * MIB, mebibytes * MIB))

    done = subprocess.run(
        [SCRIPT, *command],
        cwd=str(tmp_path),
        env=environment(),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "memory" in done.stderr or "address space" in done.stderr
