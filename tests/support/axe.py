"""Accessibility checks: axe-core, from the npm packages of tests/node, run in a page of a browser."""

import functools
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.paths import NODE

AXE = NODE / "node_modules" / "axe-core" / "axe.min.js"
WITHOUT_AXE = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make node`")
GRAVE = ("critical", "serious")

# `evaluate` runs it where a policy of the page that admits no inline script cannot stop it; a script element it would.
_RUN = """async ({ hidden, off }) => {
  const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
  const context = hidden.length ? { exclude: hidden.map((one) => [one]) } : document;
  const result = await axe.run(context, { resultTypes: ["violations"], rules });
  return result.violations;
}"""


@functools.cache
def _script() -> str:
    return AXE.read_text(encoding="utf-8")


# A colour that is changing is between two: what ends by itself is waited for.
_SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished))"""


def findings(
    page: Page, impacts: Sequence[str] = GRAVE, *, hidden: Sequence[str] = (), off: Sequence[str] = ()
) -> list[str]:
    """Accessibility violations of a page as it is shown now: a line for each element, with rule, place and reason.

    `impacts` are those that count, out of critical, serious, moderate and minor. What the selectors `hidden` match is
    not looked at, and the rules `off` are not run: each such exception needs its reason beside it.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_script())
    page.evaluate(f"async () => {{ await ({_SETTLED})() }}")
    violations: list[dict[str, Any]] = page.evaluate(_RUN, {"hidden": [*hidden], "off": [*off]})
    return [
        f"{violation['impact']} {violation['id']}: {_place(node)}: {_reason(node)}"
        for violation in violations
        if violation["impact"] in impacts
        for node in violation["nodes"]
    ]


def _place(node: dict[str, Any]) -> str:
    """CSS selector of the element; those of frames and shadow trees around it come first."""
    return " ".join(str(step) for step in node["target"])


def _reason(node: dict[str, Any]) -> str:
    checks = [check for kind in ("any", "all", "none") for check in node[kind]]
    return "; ".join(dict.fromkeys(check["message"] for check in checks)) or node["html"][:200]
