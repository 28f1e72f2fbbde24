"""List of the reliability figures, by the modules that measure them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module

from tools.soak.figure import Figure

PACKAGE = "tools.soak"
NUMBERS = range(1, 16)
# Each has FIGURES. Import late what only a measurement needs: the tests import all of them to name their cases.
MODULES = (
    "schema_cases",
    "killed_publications",
    "killed_migrations",
    "load",
    "reads_during_imports",
    "torn_answers",
    "slow_clients",
    "slow_readers",
    "http_shapes",
    "cursors",
    "injections",
    "refusals",
    "damaged_disk",
    "conditional_pairs",
    "clock",
    "scarce",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Figure with where it is: the module, and its place among the module's FIGURES. Another process finds it so."""

    module: str
    index: int
    figure: Figure

    @property
    def short_module(self) -> str:
        """Name of the module within its package, which the command line takes."""
        return self.module.rpartition(".")[2]


def entries_of(modules: Iterable[str]) -> Iterator[Entry]:
    """Figures of some modules."""
    for module in modules:
        for index, figure in enumerate(import_module(module).FIGURES):
            yield Entry(module, index, figure)


def all_entries() -> list[Entry]:
    """All figures, in the order of their numbers."""
    names = [f"{PACKAGE}.{name}" for name in MODULES]
    return sorted(entries_of(names), key=lambda entry: entry.figure.number)


def chosen(entries: Iterable[Entry], words: Iterable[str]) -> list[Entry]:
    """Figures that a number or the name of a module names; all if there are no words. Raises SystemExit for others."""
    wanted = set(words)
    entries = list(entries)
    known = {name for entry in entries for name in (str(entry.figure.number), entry.short_module)}
    if unknown := wanted - known:
        raise SystemExit(f"No figure has this number or module: {', '.join(sorted(unknown))}")
    return [one for one in entries if not wanted or wanted & {str(one.figure.number), one.short_module}]
