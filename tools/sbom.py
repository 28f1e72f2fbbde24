"""Software bill of materials (SBOM): what an installed service consists of, as CycloneDX 1.6 in JSON.

Run by `make sbom`. The list is that of the locked packages installed for this platform and this Python, with licences
and who needs whom. Two runs give the same bytes: no time, no random number, no path of this machine.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from app import __version__

ROOT = Path(__file__).parent.parent
_QUIET = ("--disable-pip-version-check", "--no-input", "-qq")


def install(folder: Path) -> Path:
    """Install the locked packages into a new venv, without pip; its Python. Raises CalledProcessError."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", *_QUIET, "--python", str(python)]
    subprocess.run([*pip, "install", "--require-hashes", "-r", str(ROOT / "requirements.txt")], check=True)
    return python


def write(python: Path, target: Path) -> None:
    """Write the list of what a venv has. The generator validates it by the schema of CycloneDX first.

    Raises CalledProcessError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # The generator does not read a version that comes from a file of Python.
        project = Path(folder, "pyproject.toml")
        named = (ROOT / "pyproject.toml").read_text().replace('dynamic = ["version"]', f'version = "{__version__}"')
        project.write_text(named)
        generator = Path(sys.executable).with_name("cyclonedx-py")
        options = ["--output-reproducible", "--spec-version", "1.6", "--validate"]
        subprocess.run([generator, "environment", *options, "--pyproject", project, "-o", target, python], check=True)


def main() -> None:
    """Write the file that the command line names."""
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        write(install(Path(folder)), target)
    print(f"Written: {target}")


if __name__ == "__main__":
    main()
