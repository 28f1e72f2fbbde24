"""What the service sends for each address, in both languages: measured in this process, kept in build/scale."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app import __version__
from app.settings import Settings
from tools.bench.database import packaged
from tools.bench.plan import ROOT
from tools.scale.addresses import Address, addresses
from tools.scale.asking import PUBLIC, Answer, Asker, asking

BUILD = ROOT / "build" / "scale"


@dataclass(frozen=True)
class Measurement:
    """Addresses, their answers by path and language, and the bytes of a 304."""

    addresses: list[Address]
    answers: Mapping[tuple[str, str], Answer]
    unmodified: int


def measurement() -> Measurement:
    """Measurement of the packaged record; from the file of an earlier run where the database is the same."""
    database = packaged()
    file = BUILD / f"{database.stem}.json"
    if not file.exists():
        print("Asking the service for each address", file=sys.stderr)
        settings = Settings(database_url=f"sqlite:///{database}", log="off", public_url=PUBLIC)
        with asking(settings) as asker:
            found = measure(asker, addresses(asker))
        _write(file, found)
    return _read(file)


def measure(asker: Asker, found: list[Address]) -> Measurement:
    """Answers to all addresses that a cache may store; the others are left out."""
    answers: dict[tuple[str, str], Answer] = {}
    for address in found:
        answer = asker.get(address.path)
        if answer.status != httpx.codes.OK or not answer.lifetime:
            continue
        answers[address.path, "en"] = answer
        if "Accept-Language" in answer.vary:
            answers[address.path, "fr"] = asker.get(address.path, lang="fr")
    kept = [address for address in found if (address.path, "en") in answers]
    return Measurement(kept, answers, unmodified_size(asker, "/v1/timeline-events"))


def unmodified_size(asker: Asker, path: str) -> int:
    """Bytes of a 304 to a list, whose head is the longest that there is."""
    etag = asker.ask(path).headers["etag"]
    answer = asker.get(path, etag=etag)
    if answer.status != httpx.codes.NOT_MODIFIED:
        raise RuntimeError(f"{path} answers {answer.status} to its own entity tag")
    return answer.head


def _write(file: Path, found: Measurement) -> None:
    members: dict[str, Any] = {
        "version": __version__,
        "unmodified": found.unmodified,
        "addresses": [[one.kind, one.path] for one in found.addresses],
        "answers": [[path, lang, answer.members()] for (path, lang), answer in found.answers.items()],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(members), encoding="utf-8")
    part.rename(file)


def _read(file: Path) -> Measurement:
    members = json.loads(file.read_text(encoding="utf-8"))
    answers = {(path, lang): Answer.from_dict(answer) for path, lang, answer in members["answers"]}
    return Measurement([Address(*one) for one in members["addresses"]], answers, members["unmodified"])
