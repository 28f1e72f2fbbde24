"""Screening measured: listed names written in seven ways, and common names that are not listed.

`python -m tools.measure_screening [FILE]` takes the names of a canonical revision file, by default those of the
packaged revisions, and prints how many were found and how many false alarms there were, at several thresholds.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from app.paths import packaged
from app.reading.name_matching import NameIndex
from app.reading.screening import DEFAULT_THRESHOLD

_THRESHOLDS = (0.7, 0.75, DEFAULT_THRESHOLD, 0.8, 0.85)
_FIRST_FEW = 3
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Other romanisations of frequent syllables, each way.
_ROMANISATIONS = dict(
    pair.split("/")
    for pair in "ri/lee pak/park choe/choi kim/gim jong/jeong chong/jung jang/chang yun/yoon kang/gang paek/baek "
    "cho/jo kyong/gyeong chol/cheol song/seong sok/seok hyok/hyeok u/woo myong/myeong yong/young hun/hoon".split()
)
_FIRST_NAMES = (
    "James Mary John Patricia Robert Jennifer Michael Linda William Elizabeth David Barbara Richard Susan Joseph "
    "Jessica Thomas Sarah Charles Karen Wei Min Ji-woo Seo-yeon Min-ho Ji-soo Hyun-woo Yuna Jae-in Sun-hee Hiroshi "
    "Yuki Marie Jean Pierre Sophie Luc Amélie Ahmed Fatima"
).split()
_LAST_NAMES = (
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Tremblay Gagnon Roy Côté Bouchard Kim Lee Park Choi Jung "
    "Kang Cho Wang Zhang Chen Nguyen Tanaka Suzuki Ali Singh Patel Martin"
).split()
_COMMON = 500


class Listed(NamedTuple):
    """Listed name, and the id of its party."""

    name: str
    party: str


class Measured(NamedTuple):
    """Measured at a threshold: shares from 0 to 1, and milliseconds for one name."""

    threshold: float
    found: float  # among the first three
    by_way: dict[str, float]
    false_alarms: float
    milliseconds: float

    def __str__(self) -> str:
        ways = ", ".join(f"{way} {share:.1%}" for way, share in self.by_way.items())
        return (
            f"threshold {self.threshold}: {self.found:.1%} found among the first three ({ways}); "
            f"{self.false_alarms:.1%} false alarms; {self.milliseconds:.2f} ms a name"
        )


def listed_names(file: Path) -> list[Listed]:
    """Names of the designations in a canonical revision file."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines()[1:])
    records = [line["record"] for line in lines if line["collection"] == "designations" and "record" in line]
    return [Listed(name["name"], record["id"]) for record in records for name in record["names"]]


def measure(names: list[Listed], threshold: float) -> Measured:
    """Measure all ways of writing all names, and 500 common names, with chance that is the same each time."""
    index, began, by_way = NameIndex([one.name for one in names]), time.perf_counter(), dict[str, float]()
    for way, written in _ways(random.Random(7)).items():
        found = sum(one.party in _first(index, names, written(one.name), threshold) for one in names)
        by_way[way] = found / len(names)
    alarms = sum(bool(index.matches(name, threshold)) for name in common_names())
    asked = len(names) * len(by_way) + _COMMON
    milliseconds = (time.perf_counter() - began) * 1000 / asked
    return Measured(threshold, sum(by_way.values()) / len(by_way), by_way, alarms / _COMMON, milliseconds)


def common_names() -> list[str]:
    """500 common names of several countries, the same each time."""
    names = [f"{first} {last}" for first in _FIRST_NAMES for last in _LAST_NAMES]
    return random.Random(3).sample(names, _COMMON)


def _first(index: NameIndex, names: list[Listed], name: str, threshold: float) -> list[str]:
    """Parties of the first three candidates."""
    ordered = sorted(index.matches(name, threshold), key=lambda match: -match.score)
    return list(dict.fromkeys(names[match.position].party for match in ordered))[:_FIRST_FEW]


def _ways(chance: random.Random) -> dict[str, Callable[[str], str]]:
    """Ways in which a name may be written."""
    return {
        "other order": lambda name: " ".join(reversed(name.split())),
        "hyphens as blanks": lambda name: name.replace("-", " "),
        "without hyphens": lambda name: name.replace("-", ""),
        "accents": lambda name: "".join(_accented(name.lower(), chance)),
        "other romanisation": _romanised,
        "one wrong letter": lambda name: _misspelled(name.lower(), 1, chance),
        "two wrong letters": lambda name: _misspelled(name.lower(), 2, chance),
    }


def _accented(name: str, chance: random.Random) -> Iterator[str]:
    for letter in name:
        yield letter + ("\u0301" if letter in "aeo" and chance.random() < 1 / 3 else "")


def _romanised(name: str) -> str:
    other = {new: old for old, new in _ROMANISATIONS.items()}
    return "".join(_ROMANISATIONS.get(word) or other.get(word, word) for word in re.split(r"([\s-])", name.lower()))


def _misspelled(name: str, count: int, chance: random.Random) -> str:
    """The name with so many letters replaced, left out, added or swapped."""
    letters = list(name)
    for _ in range(count):
        place, how = chance.randrange(len(letters)), chance.choice("replace leave add swap".split())
        if how == "replace":
            letters[place] = chance.choice(_LETTERS)
        elif how == "leave" and len(letters) > _FIRST_FEW:
            letters.pop(place)
        elif how == "add":
            letters.insert(place, chance.choice(_LETTERS))
        elif place + 1 < len(letters):
            letters[place : place + 2] = reversed(letters[place : place + 2])
    return "".join(letters)


def main(arguments: list[str]) -> None:
    """Print the measures of the file named, or of the packaged revisions."""
    files = [Path(arguments[0])] if arguments else sorted((packaged("seed") / "revisions").glob("*.jsonl"))
    names = list({one.party + one.name: one for file in files for one in listed_names(file)}.values())
    for threshold in _THRESHOLDS:
        print(measure(names, threshold))


if __name__ == "__main__":
    main(sys.argv[1:])
