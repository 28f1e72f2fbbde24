"""What the service consists of: the list for programs, and how the look-up of vulnerabilities is read."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from app import __version__
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT
from tools.audit import UNREACHABLE, findings

SUPPLY = ROOT / ".venv-supply" / "bin" / "python"


@pytest.mark.slow
@pytest.mark.skipif(not SUPPLY.exists(), reason="no cyclonedx-py: make supply")
def test_the_bill_of_materials_names_this_release_and_its_packages_and_is_the_same_each_time(tmp_path: Path) -> None:
    # As `main` does, but written twice
    program = (
        "import sys; from pathlib import Path; from tools.sbom import install, write; folder = Path(sys.argv[1]); "
        "python = install(folder / 'venv'); [write(python, folder / name) for name in ('one.json', 'two.json')]"
    )
    command = [str(SUPPLY), "-c", program, str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=5 * TIMEOUT, capture_output=True)
    text = (tmp_path / "one.json").read_text()
    assert text == (tmp_path / "two.json").read_text()
    listed = json.loads(text)
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    root = listed["metadata"]["component"]
    assert (root["name"], root["version"]) == ("dossier", __version__)
    packages = {one["name"].lower().replace("_", "-"): one["version"] for one in listed["components"]}
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert {name: locked[name] for name in packages} == packages
    assert {"fastapi", "uvicorn", "sqlalchemy", "pydantic"} <= {*packages}
    assert not {"pip", "setuptools", "pytest"} & {*packages}
    for path in (str(ROOT), str(tmp_path), "file:"):
        assert path not in text


SAFE = {"name": "a", "version": "1", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "not found"}
VULNERABLE = {"name": "c", "version": "2", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2.1", "3"]}]}


def test_a_vulnerability_is_named_with_what_mends_it_and_a_package_that_was_not_looked_up_is_a_finding() -> None:
    assert findings({"dependencies": [SAFE]}) == []
    assert findings({"dependencies": [SAFE, VULNERABLE]}) == ["c 2: CVE-2026-1, mended in 2.1, 3"]
    assert findings({"dependencies": [SAFE, SKIPPED]}) == ["b: not looked up: not found"]


def test_that_nothing_can_be_looked_up_is_said_and_not_taken_for_safety() -> None:
    assert findings({"dependencies": [SKIPPED, SKIPPED]}) == [UNREACHABLE]
