"""Addresses of provisions: where the text of a provision that a measure names can be read."""

from collections.abc import Mapping
from typing import Any


def provision_address(measure: Mapping[str, Any], provision: str | None) -> str | None:
    """Address of a provision of a measure's own instrument, out of the measure's citations; None if they have none.

    A citation names the source of that instrument if its section is the measure's provision or contains it: `s. 10`
    contains `s. 10(1)`. Only citations of that source are taken, since other instruments have a section 10 too.
    """
    own = measure["provision"]
    source = next((one["source"] for one in measure["citations"] if own and _contains(one["section"], own)), None)
    found = [one for one in measure["citations"] if one["source"] == source and _contains(one["section"], provision)]
    best = max(found, key=lambda one: len(one["section"]), default=None)
    return best["url"] if best else None


def _contains(section: str | None, provision: str | None) -> bool:
    return bool(section and provision) and (provision == section or str(provision).startswith(f"{section}("))
