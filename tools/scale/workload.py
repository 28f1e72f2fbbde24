"""Workload: readers who ask for addresses by Zipf's law, and the keys under which caches keep the answers.

What readers send is assumed, not measured: the shares below are all there is to it. A cache that normalises headers
has a key for each representation; one that takes `Vary` as it is has one for each set of header values.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from tools.scale.addresses import Address
from tools.scale.asking import Answer
from tools.scale.cache import Representation

LANGUAGES = {"en": 0.75, "fr": 0.25}
CODINGS = {"gzip": 0.97, "identity": 0.03}
# Header values that mean one thing to the service, with their share of it, as browsers and libraries send them.
ACCEPT_LANGUAGE = {
    "en": {"en-CA,en;q=0.9": 0.3, "en-US,en;q=0.9": 0.4, "en-GB,en;q=0.9": 0.1, "en-US,en;q=0.5": 0.1, "": 0.1},
    "fr": {"fr-CA,fr;q=0.9": 0.5, "fr-CA,fr;q=0.9,en;q=0.8": 0.2, "fr-FR,fr;q=0.9,en-US;q=0.8": 0.2, "fr": 0.1},
}
ACCEPT_ENCODING = {
    "gzip": {"gzip, deflate, br, zstd": 0.6, "gzip, deflate, br": 0.25, "gzip, deflate": 0.1, "gzip": 0.05},
    "identity": {"identity": 0.5, "": 0.5},
}
ACCEPT = {"*/*": 0.6, "application/json": 0.3, "application/json, text/plain, */*": 0.1}
_ENTRIES = ("document", "list")  # ways in, and pages that are no records: they keep their order at the top
_RECORD_PARTS = 4  # of the path of a record's page: "", language, collection, id

Measured = Mapping[tuple[str, str], Answer]  # by path and language; where the language does not matter, "en"


@dataclass(frozen=True, slots=True)
class Workload:
    """Keys of a workload with the share of requests that each gets, and the cumulative shares."""

    keys: list[Representation]
    shares: list[float]
    cumulative: list[float]
    addresses: int
    unmodified: int  # bytes of a 304

    @property
    def size(self) -> int:
        """Bytes of all keys: a cache of this size never drops one."""
        return sum(key.size for key in self.keys)

    @property
    def mean_size(self) -> float:
        """Mean bytes of an answer to a reader without a copy."""
        return sum(key.size * share for key, share in zip(self.keys, self.shares, strict=True))


def zipf(count: int, exponent: float) -> list[float]:
    """Shares of so many things by Zipf's law: that of rank r is proportional to 1 / r ** exponent."""
    weights = [1 / rank**exponent for rank in range(1, count + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def ranked(found: Sequence[Address], seed: int) -> list[Address]:
    """Addresses by popularity: the ways in first, in their order, then all others as the seed shuffles them."""
    entries = [one for one in found if _is_entry(one)]
    others = [one for one in found if not _is_entry(one)]
    random.Random(seed).shuffle(others)
    return entries + others


def _is_entry(address: Address) -> bool:
    if address.kind == "page":
        return address.path.count("/") < _RECORD_PARTS - 1
    return address.kind in _ENTRIES and "?" not in address.path


def workload(
    measured: Measured, order: Sequence[Address], exponent: float, unmodified: int, *, lifetime: float | None = None,
    normalised: bool = True,
) -> Workload:  # fmt: skip
    """Keys of the addresses in their order of popularity. `lifetime` replaces the minute that the service allows."""
    representations: list[Representation] = []
    shares: list[float] = []
    for address, share in zip(order, zipf(len(order), exponent), strict=True):
        answer = measured[address.path, "en"]
        for lang, coding, part in _readers(answer, normalised=normalised):
            one = measured.get((address.path, lang), answer)
            representations.append(_representation(one, coding, unmodified, lifetime))
            shares.append(share * part)
    return Workload(representations, shares, [*accumulate(shares)], len(order), unmodified)


def _readers(answer: Answer, *, normalised: bool) -> list[tuple[str, str, float]]:
    """Language, coding and share of each key of an address."""
    varies = set(answer.vary)
    languages = LANGUAGES if "Accept-Language" in varies else {"en": 1.0}
    codings = CODINGS if "Accept-Encoding" in varies else {"identity": 1.0}
    pairs = [(lang, coding, of_lang * of_coding) for (lang, of_lang), (coding, of_coding)
             in product(languages.items(), codings.items())]  # fmt: skip
    if normalised:
        return pairs
    one = {"": 1.0}
    return [
        (lang, coding, share * by_language * by_coding * by_accept)
        for lang, coding, share in pairs
        for by_language in (ACCEPT_LANGUAGE[lang] if "Accept-Language" in varies else one).values()
        for by_coding in (ACCEPT_ENCODING[coding] if "Accept-Encoding" in varies else one).values()
        for by_accept in (ACCEPT if "Accept" in varies else one).values()
    ]


def _representation(answer: Answer, coding: str, unmodified: int, lifetime: float | None) -> Representation:
    body = answer.plain if coding == "identity" else answer.body
    kept: float = answer.lifetime
    changes = answer.revision > 0 and not answer.is_pinned
    if changes and lifetime is not None:
        kept = lifetime
    return Representation(answer.head + body, unmodified, kept, changes)
