"""Child process of one measurement: `python -m tools.soak.child MODULE INDEX COUNT FOLDER FILE` writes its outcome.

The outcome is JSON in the file, so that what the figure prints cannot be taken for it.
"""

import json
import sys
import traceback
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from tools.soak.figure import Figure, Outcome


def main() -> None:
    """Measure what the command line names."""
    module, index, count, folder, file = sys.argv[1:]
    figure: Figure = import_module(module).FIGURES[int(index)]
    try:
        outcome = figure.measure(int(count), Path(folder))
    except Exception as error:  # noqa: BLE001 - whatever it is, the figure was not measured
        traceback.print_exc()
        outcome = Outcome(holds=False, text=f"broke off: {type(error).__name__}: {error}")
    Path(file).write_text(json.dumps(asdict(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main()
