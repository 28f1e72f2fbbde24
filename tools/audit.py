"""Known vulnerabilities of the locked packages, by pip-audit. Run by `make audit`.

Exit code 1 if there is one, or if a package cannot be looked up while others can. Where no vulnerability data can be
reached at all, one line says so and the exit code is 0: that is no finding.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

UNREACHABLE = "No vulnerability data can be reached from here: nothing was audited."
_NO_CONNECTION = ("ConnectionError", "Timeout", "NameResolutionError", "ProxyError", "ServiceError")


def findings(report: dict[str, Any]) -> list[str]:
    """Lines about a report of pip-audit: vulnerabilities, and packages that could not be looked up."""
    packages = report["dependencies"]
    if all("skip_reason" in one for one in packages):
        return [UNREACHABLE]
    skipped = [f"{one['name']}: not looked up: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    vulnerable = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no release'}"
        for one in packages
        for fault in one.get("vulns", [])
    ]
    return [*vulnerable, *skipped]


def audit(requirements: str) -> tuple[int, list[str]]:
    """Exit code and lines for the packages of a lock file. Nothing is installed and no package is fetched."""
    program = Path(sys.executable).with_name("pip-audit")
    options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json"]
    done = subprocess.run(
        [program, *options, "-r", requirements], capture_output=True, text=True, timeout=300, check=False
    )
    if not done.stdout.startswith("{"):
        is_unreachable = any(word in done.stderr for word in _NO_CONNECTION)
        return (0, [UNREACHABLE]) if is_unreachable else (1, [done.stderr])
    report = json.loads(done.stdout)
    lines = findings(report)
    if not lines:
        return 0, [f"Packages without a known vulnerability: {len(report['dependencies'])}."]
    return (0 if lines == [UNREACHABLE] else 1), lines


if __name__ == "__main__":
    code, printed = audit(sys.argv[1])
    print("\n".join(printed), file=sys.stderr if code or printed == [UNREACHABLE] else sys.stdout)
    sys.exit(code)
