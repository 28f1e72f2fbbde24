"""A later release of this service, and a database that this one has filled."""

import copy
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from app.model.fields import Computed, Text
from app.resources.events import EVENTS, TimelineEvent
from app.resources.registry import COLLECTIONS
from tests.support.servers import migrated
from tests.support.world import World, text

ADDED = {"strength", "weather", "decade"}


class WeatheredEvent(TimelineEvent):
    """An event as a later release has it: with three fields more, one of them derived."""

    strength: int = Field(0, description="How strong, from 0 on.")
    weather: Text | None = Field(None, description="The weather, null if not known.")
    decade: Annotated[str | None, Computed] = Field(None, description="Decade of the first day.")

    def derived(self) -> dict[str, Any]:
        """Bounds, and the decade of the first of them."""
        bounds = super().derived()
        return bounds | {"decade": bounds["earliest"] and f"{bounds['earliest'][:3]}0s"}


def become_later(patch: pytest.MonkeyPatch) -> None:
    """Make this process a later release, which has more fields and brings no revisions."""
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and hasattr(module, "__version__"):
            patch.setattr(module, "__version__", "9.0.0")
    later = copy.copy(EVENTS)  # not constructed again, which would declare the indexes of its table again
    object.__setattr__(later, "model", WeatheredEvent)
    patch.setitem(COLLECTIONS, "timeline-events", later)
    patch.setattr("app.publishing.bootstrap.packaged", lambda _: Path("nowhere"))


def world_of_four_revisions(path: Path) -> World:
    """The tiny world with four revisions, published by this release, without what the first one had no table for."""
    world = World(migrated(path))
    del world.records["designations"]
    world.publish("The beginning")
    world.change("timeline-events", "war", title=text("The great war"), actors=["borea"])
    world.add("actors", "newland", "Newland", kind="state")
    world.publish("Changes")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.change("sources", "gazette", address="https://elsewhere.example/")
    world.publish("A withdrawal")
    world.restore("timeline-events", "truce")
    world.publish("A return")
    return world
