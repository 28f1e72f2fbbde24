"""Faults of the trial: each brought about while the service is asked and published to, and taken back."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg

from tools.cluster.cluster import Cluster
from tools.cluster.tcp_proxy import Link
from tools.postgres.server import DATABASE, USER, PostgresServer
from tools.processes import HOST

_LATE = 0.3  # seconds that each piece to and from the primary takes longer
_RETURN = 5  # seconds until the proxy asks a node again for certain: more than its fail_timeout
_SLOTS = 100  # more than a server has

Fault = Callable[[Cluster], contextlib.AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Phase:
    """Phase: a fault for some seconds, then as many without it. `spared` are the nodes that the fault leaves alone."""

    name: str
    fault: Fault
    spared: tuple[int, ...] = (1, 2)


@contextlib.contextmanager
def none(_cluster: Cluster) -> Iterator[None]:
    """No fault: revisions are published, and all are there."""
    yield


@contextlib.contextmanager
def killed_node(cluster: Cluster) -> Iterator[None]:
    """The first node is killed, and started again."""
    cluster.nodes[0].stop(signal.SIGKILL)
    yield
    cluster.nodes[0].start()


@contextlib.contextmanager
def replaced_nodes(cluster: Cluster) -> Iterator[None]:
    """Each node in turn is told to end, and started again, as for other settings."""
    for node in cluster.nodes:
        node.stop()
        node.start()
        time.sleep(_RETURN)
    yield


@contextlib.contextmanager
def cut_links(cluster: Cluster) -> Iterator[None]:
    """The links of the first node to both servers are cut."""
    with _links_of(cluster, Link.CUT):
        yield


@contextlib.contextmanager
def stalled_links(cluster: Cluster) -> Iterator[None]:
    """Nothing comes through the links of the first node, and nothing says so."""
    with _links_of(cluster, Link.STALLED):
        yield


@contextlib.contextmanager
def _links_of(cluster: Cluster, link: Link) -> Iterator[None]:
    both = cluster.links[0].primary, cluster.links[0].replica
    for one in both:
        one.set(link)
    yield
    for one in both:
        one.set(Link.OPEN)


@contextlib.contextmanager
def slow_primary(cluster: Cluster) -> Iterator[None]:
    """Every answer of the primary comes 0.6 seconds late."""
    for links in cluster.links:
        links.primary.set(delay=_LATE)
    yield
    for links in cluster.links:
        links.primary.set()


@contextlib.contextmanager
def late_replica(cluster: Cluster) -> Iterator[None]:
    """The replica replays what is committed ten minutes later."""
    for delay in ("10min", "0"):
        cluster.replica.sql(f"ALTER SYSTEM SET recovery_min_apply_delay = '{delay}'")
        cluster.replica.sql("SELECT pg_reload_conf()")
        if delay != "0":
            yield


@contextlib.contextmanager
def taken_slots(cluster: Cluster) -> Iterator[None]:
    """Other programs take every connection slot of the replica, after the nodes have lost theirs."""
    server = cluster.replica
    with contextlib.ExitStack() as stack:
        server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dossier'")
        with contextlib.suppress(psycopg.OperationalError):
            for _ in range(_SLOTS):
                stack.enter_context(_connection(server))
        yield


def _connection(server: PostgresServer) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=HOST, port=server.port, user=USER, password=server.password, dbname=DATABASE, autocommit=True
    )


@contextlib.contextmanager
def killed_replica(cluster: Cluster) -> Iterator[None]:
    """The replica is killed, and started again."""
    cluster.replica.kill()
    yield
    cluster.replica.start()


@contextlib.contextmanager
def killed_primary(cluster: Cluster) -> Iterator[None]:
    """The primary is killed for good; at the end the replica is promoted."""
    cluster.primary.kill()
    yield
    cluster.replica.promote()
    time.sleep(0.1)


PHASES = (
    Phase("no fault", none),
    Phase("node 1 killed, started again", killed_node, spared=(2,)),
    Phase("both nodes replaced, one after the other", replaced_nodes, spared=()),
    Phase("node 1: links to both servers cut", cut_links, spared=(2,)),
    Phase("node 1: links to both servers stall", stalled_links, spared=(2,)),
    Phase("primary answers 0.6 s late", slow_primary),
    Phase("replica ten minutes behind", late_replica, spared=()),
    Phase("replica: every connection taken", taken_slots, spared=()),
    Phase("replica killed, started again", killed_replica, spared=()),
    Phase("primary killed, then replica promoted", killed_primary),
)
SHORT = tuple(phase for phase in PHASES if phase.fault in (none, killed_node, killed_primary))
