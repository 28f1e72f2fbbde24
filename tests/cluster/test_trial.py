"""The trial of a cluster: a short one with real servers, and what it makes of what it sees."""

import hashlib
import signal
import subprocess
import sys

import pytest

from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT
from tools.cluster import faults, trial
from tools.cluster.load import Observation
from tools.cluster.nginx import MISSING as NO_NGINX
from tools.cluster.nginx import find_nginx
from tools.cluster.trial import PROXY, Publication, Result
from tools.postgres.binaries import MISSING as NO_POSTGRES
from tools.postgres.binaries import find_binaries

needs_servers = [
    pytest.mark.slow,
    pytest.mark.skipif(find_nginx() is None, reason=NO_NGINX),
    pytest.mark.skipif(find_binaries() is None, reason=NO_POSTGRES),
]


def result(*seen: Observation, publications: tuple[Publication, ...] = ()) -> Result:
    phase = faults.Phase("something", faults.none)
    return Result(phase, 100.0, 105.0, 110.0, [], [*seen], [*publications])


def asked(
    at: float, fault: str = "", target: str = PROXY, revision: str = "8", pinned: int | None = None
) -> Observation:
    return Observation(at, 0.1, target, "/v1", fault, pinned, revision)


def test_the_table_names_the_seconds_since_the_fault_in_which_requests_failed() -> None:
    seen = asked(100.2), asked(101.5, "503"), asked(102.9, "503"), asked(107.0, "TimeoutError")
    line = trial.table([result(*seen)]).splitlines()[2]
    assert line == "| something | 1 | 0 | 2 × 503, 1 × TimeoutError, in second 1 to 2, 7 | 0.1 s | 0 | 0 |"


def test_the_summary_adds_up_what_was_compared_wrong_and_failed() -> None:
    one = result(asked(100.2), asked(101.0, "503"), asked(102.0, "503", "node 1"))
    one.wrong = ["proxy: /v1 at revision 8"]
    text = trial.summary([one, result(asked(100.3))], "2026-11-27")
    assert text.startswith("Measured on 2026-11-27: 2 answers compared, 1 wrong; 1 errors through the proxy.")


def test_errors_at_the_nodes_are_not_those_of_the_proxy() -> None:
    one = result(asked(100.2, "503", "node 1"), asked(100.3))
    assert (one.errors(PROXY), one.failing_seconds("node")) == ([], [0])


def test_publications_that_were_refused_are_counted_apart() -> None:
    done = (Publication(101, 102, 8), Publication(102, 103, 0, "OperationalError"))
    assert trial.table([result(publications=done)]).endswith("| 1, 1 refused |")


def test_the_time_until_a_node_knows_is_from_the_end_of_the_publication_to_its_first_newer_answer() -> None:
    answers = [asked(100.9, "", "node 1", "7"), asked(101.2, "", "node 1", "7"), asked(101.6, "", "node 1", "8")]
    pinned = asked(101.05, "", "node 1", "8", pinned=8)
    delays = trial.learning_seconds(result(*answers, pinned, publications=(Publication(100.5, 101.0, 8),)))
    assert delays == [pytest.approx(0.7)]


class _Reference:
    """Reference with one answer for every address."""

    def answer(self, _path: str, revision: str) -> tuple[int, str, bytes]:
        return 200, f'"{revision}"', b"right"


def observed(body: bytes, tag: str, *, fault: str = "", revision: str = "8", pinned: int | None = None) -> Observation:
    digest = hashlib.sha256(body).digest()
    return Observation(1.0, 0.1, PROXY, "/v1", fault, pinned, revision, tag, digest)


@pytest.mark.parametrize(
    ("seen", "wrong"),
    [
        (observed(b"right", '"8"'), 0),
        (observed(b"wrong", '"8"'), 1),
        (observed(b"right", '"7"'), 1),
        (observed(b"right", '"8"', pinned=7), 1),
        (observed(b"", "", fault="404", revision=""), 1),
        (observed(b"", "", fault="503", revision=""), 0),
    ],
)
def test_an_answer_is_wrong_if_a_byte_the_tag_or_the_revision_differs_or_what_exists_is_not_found(
    seen: Observation, wrong: int
) -> None:
    assert len([*trial._wrong([seen], _Reference())]) == wrong  # type: ignore[arg-type]


class TestWithServers:
    """With PostgreSQL and nginx."""

    pytestmark = needs_servers

    def test_readers_get_no_wrong_answer_and_no_error_while_a_node_and_the_primary_are_lost(self) -> None:
        phases = [phase for phase in faults.SHORT if phase.fault is not faults.none]
        killed_node, killed_primary = trial.run(phases, seconds=4, report=str)
        assert [one.wrong for one in (killed_node, killed_primary)] == [[], []]
        assert killed_node.errors(PROXY) == []
        assert killed_primary.errors(PROXY) == []
        assert len(killed_node.seen) > 20
        refused = [one for one in killed_primary.publications if not one.revision]
        assert refused
        assert max(one.began for one in refused) <= killed_primary.healed + 1
        after = [one for one in killed_primary.publications if one.began > killed_primary.healed and one.revision]
        assert after

    def test_a_cluster_prints_its_addresses_and_ends_by_ctrl_c(self) -> None:
        command = [sys.executable, "-m", "tools.cluster"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            lines = [process.stdout.readline().split()[0] for _ in range(6)]
            process.send_signal(signal.SIGINT)
            assert process.wait(TIMEOUT) == 0
        assert lines == ["proxy", "node", "node", "primary", "replica", "files"]
