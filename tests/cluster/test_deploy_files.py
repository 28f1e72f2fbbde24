"""deploy/compose.yaml and deploy/kubernetes.yaml, as far as they can be tested without containers."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from app.settings import Settings, unknown_variables
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT, eventually
from tools.postgres.binaries import MISSING, find_binaries, unprivileged_user
from tools.postgres.server import PostgresServer
from tools.processes import free_port

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
MANIFEST: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text()))
NODES = ("node1", "node2")
VALIDATE = ROOT / ".venv-supply" / "bin" / "kubernetes-validate"
PASSWORDS = {"SUPERUSER_PASSWORD": "s1", "DATABASE_PASSWORD": "d2", "REPLICATION_PASSWORD": "r3"}
needs_server = pytest.mark.skipif(find_binaries() is None, reason=MISSING)


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = [each for each in MANIFEST if each["kind"] == kind]
    return found


def environment(service: str) -> dict[str, str]:
    """Variables of a service as Compose sets them, with the passwords of this test."""
    texts = {name: str(text) for name, text in COMPOSE["services"][service]["environment"].items()}
    given = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
    return {
        name: given.sub(lambda match: PASSWORDS.get(match[1], "" if match[2] == "?" else match[3] or ""), text)
        for name, text in texts.items()
    }


@pytest.mark.parametrize("name", [*NODES, "migrate"])
def test_every_setting_in_the_compose_file_is_one_of_the_service(name: str) -> None:
    variables = environment(name)
    assert not unknown_variables(variables)
    Settings.model_validate({name.removeprefix("DOSSIER_").lower(): text for name, text in variables.items() if text})


def test_nodes_write_to_the_server_that_takes_writes_and_read_from_the_replica_first() -> None:
    writes, reads = (urlsplit(environment("node1")[f"DOSSIER_{kind}DATABASE_URL"]) for kind in ("", "READ_"))
    assert (writes.password, reads.password) == ("d2", "d2")
    assert parse_qs(writes.query) == {
        "host": ["primary:5432", "replica:5432"], "target_session_attrs": ["read-write"],
    }  # fmt: skip
    assert parse_qs(reads.query) == {"host": ["replica:5432", "primary:5432"], "target_session_attrs": ["any"]}


@pytest.mark.parametrize("name", NODES)
def test_a_node_can_write_to_its_own_folders_only_and_has_time_to_end(name: str) -> None:
    node = COMPOSE["services"][name]
    assert (node["read_only"], node["cap_drop"], node["stop_grace_period"]) == (True, ["ALL"], "35s")
    assert node["security_opt"] == ["no-new-privileges:true"]
    assert node["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_the_proxy_has_a_fixed_address_that_the_nodes_trust() -> None:
    proxy = COMPOSE["services"]["proxy"]
    assert {environment(name)["DOSSIER_TRUSTED_PROXIES"] for name in NODES} == {
        proxy["networks"]["default"]["ipv4_address"]
    }


def test_the_proxy_asks_the_nodes_of_the_compose_file() -> None:
    text = (ROOT / "deploy" / "nginx-cluster.conf").read_text()
    assert re.findall(r"^\s*server (\w+):8000", text, re.MULTILINE) == list(NODES)
    published = {port.rpartition(":")[2] for port in COMPOSE["services"]["proxy"]["ports"]}
    assert set(re.findall(r"^\s*listen (\d+);", text, re.MULTILINE)) == published
    assert re.findall(r"proxy_cache_path (\S+)/\w+ ", text) == ["/var/cache/nginx"] * 2


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_every_file_that_a_container_mounts_is_in_the_folder() -> None:
    mounts = [volume for service in COMPOSE["services"].values() for volume in service.get("volumes", [])]
    files = [volume.partition(":")[0] for volume in mounts if volume.startswith("./")]
    assert len(files) == 3
    for file in files:
        assert (ROOT / "deploy" / file).is_file()
    scripts = [ROOT / "deploy" / file for file in files if file.endswith(".sh")]
    assert all(os.access(script, os.X_OK) for script in scripts)


def test_every_volume_and_dependency_is_declared() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(COMPOSE["volumes"])


def test_docker_compose_takes_the_file() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("Docker Compose is not installed")
    command = [docker, "compose", "-f", str(ROOT / "deploy" / "compose.yaml"), "config", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | PASSWORDS)
    assert set(json.loads(done.stdout)["services"]) == set(COMPOSE["services"])


@contextmanager
def primary_of_compose() -> Iterator[tuple[PostgresServer, dict[str, str]]]:
    """A server as the image makes it, after the script of the primary has run; and the variables of its programs."""
    with PostgresServer() as server:
        binaries = find_binaries()
        server.sql(f"CREATE ROLE postgres SUPERUSER LOGIN PASSWORD '{server.password}'")
        variables = {**PASSWORDS, "PATH": f"{binaries}:{os.environ['PATH']}", "PGHOST": "127.0.0.1", "LC_ALL": "C"}
        variables |= {"PGPORT": str(server.port), "PGPASSWORD": server.password, "PGUSER": "postgres"}
        rename = [
            "psql",
            "--dbname",
            "postgres",
            "-c",
            "DROP DATABASE dossier",
            "-c",
            "ALTER ROLE dossier RENAME TO first",
        ]
        subprocess.run(rename, env=variables, check=True, capture_output=True)
        setting = {"POSTGRES_USER": "postgres", "PGDATA": str(server.data)}
        user = unprivileged_user()
        script = (ROOT / "deploy" / "postgres" / "primary.sh").read_text()
        subprocess.run(["sh"], input=script, text=True, env=variables | setting, check=True, user=user, cwd="/")
        yield server, variables


def select(variables: dict[str, str], user: str, password: str, port: int, statement: str) -> str:
    command = ["psql", "-X", "-A", "-t", "-d", "dossier", "-c", statement]
    own = {"PGUSER": user, "PGPASSWORD": password, "PGPORT": str(port)}
    return subprocess.run(command, env=variables | own, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.slow
@needs_server
def test_the_scripts_make_a_primary_with_roles_of_least_rights_and_a_replica_that_follows(tmp_path: Path) -> None:
    with primary_of_compose() as (server, variables):
        rights = "SELECT rolname, rolsuper, rolcreatedb, rolreplication FROM pg_roles WHERE rolname ~ '^(dossier|repl)'"
        assert select(variables, "dossier", "d2", server.port, f"{rights} ORDER BY 1").split() == [
            "dossier|f|f|f", "replicator|f|f|t",
        ]  # fmt: skip
        select(variables, "dossier", "d2", server.port, "CREATE TABLE followed (n int)")
        port, data = free_port(), server.folder / "volume" / "replica"
        (server.folder / "volume").mkdir()
        shutil.chown(server.folder / "volume", unprivileged_user() or os.geteuid())
        script = (ROOT / "deploy" / "postgres" / "replica.sh").read_text()
        setting = {"PGDATA": str(data), "PRIMARY": "127.0.0.1", "PRIMARY_PORT": str(server.port)}
        command = ["sh", "-c", script, "replica.sh", "-c", f"port={port}"]
        replica = subprocess.Popen(
            command, env=variables | setting, user=unprivileged_user(), cwd="/", stderr=subprocess.DEVNULL
        )
        try:
            ready = ["pg_isready", "--host", "127.0.0.1", "--port", str(port)]
            assert eventually(
                lambda: not subprocess.run(ready, env=variables, capture_output=True, check=False).returncode
            )
            assert select(variables, "dossier", "d2", port, "SELECT count(*) FROM followed") == "0"
            assert select(variables, "dossier", "d2", port, "SELECT pg_is_in_recovery()") == "t"
        finally:
            replica.send_signal(signal.SIGINT)
            assert replica.wait(TIMEOUT) == 0


@pytest.mark.skipif(not VALIDATE.exists(), reason="make supply installs the schemas of Kubernetes")
@pytest.mark.slow
def test_the_manifest_is_valid_by_the_schemas_of_kubernetes() -> None:
    command = [str(VALIDATE), "--strict", "--quiet", "deploy/kubernetes.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_manifest_has_nodes_a_service_a_migration_and_a_disruption_budget() -> None:
    assert [(each["apiVersion"], each["kind"], each["metadata"]["namespace"]) for each in MANIFEST] == [
        ("batch/v1", "Job", "dossier"),
        ("apps/v1", "Deployment", "dossier"),
        ("v1", "Service", "dossier"),
        ("policy/v1", "PodDisruptionBudget", "dossier"),
    ]


@pytest.mark.parametrize("kind", ["Job", "Deployment"])
def test_every_pod_runs_without_privileges_on_a_file_system_that_it_cannot_change(kind: str) -> None:
    pod = of_kind(kind)["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001)
    for container in pod["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("kind", ["Job", "Deployment"])
def test_every_setting_in_the_manifest_is_one_of_the_service(kind: str) -> None:
    variables = of_kind(kind)["spec"]["template"]["spec"]["containers"][0]["env"]
    assert not unknown_variables([each["name"] for each in variables])
    secret = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in variables if "valueFrom" in each}
    assert secret["DOSSIER_DATABASE_URL"] == {"name": "dossier-database", "key": "url"}
    plain = {each["name"].removeprefix("DOSSIER_").lower(): each["value"] for each in variables if "value" in each}
    Settings.model_validate(plain)


def test_probes_restart_what_hangs_and_hold_traffic_from_what_cannot_read() -> None:
    container = of_kind("Deployment")["spec"]["template"]["spec"]["containers"][0]
    paths = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/health/live", "liveness": "/health/live", "readiness": "/health/ready"}


def test_service_and_disruption_budget_select_the_pods_of_the_nodes_only() -> None:
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert of_kind("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    assert of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Job")["spec"]["template"]["metadata"]["labels"] != labels


def test_a_rolling_update_takes_no_node_away_before_the_new_one_is_ready() -> None:
    spec = of_kind("Deployment")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert spec["replicas"] > of_kind("PodDisruptionBudget")["spec"]["minAvailable"]
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] >= 35 + 5


def test_the_replica_does_not_wait_long_for_readers() -> None:
    text = (ROOT / "docs" / "operate.md").read_text()
    settings = re.findall(r"^(hot_standby_feedback|max_standby_streaming_delay) = (\w+)$", text, re.MULTILINE)
    assert len(settings) == 2
    assert {f"{name}={value}" for name, value in settings} <= set(COMPOSE["services"]["replica"]["command"])
