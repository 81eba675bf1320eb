"""The pages of journeys."""

from __future__ import annotations

from console.journeys import content, journey, ladders, listing, step
from console.pages import Area, Page

AREA = Area(
    [
        Page("/journeys", "Journeys", listing.build, icon="route"),
        Page("/journeys/ladders", "Ladders", ladders.build),
        Page("/journeys/content", "Content", content.build),
        Page("/journeys/{key}", "Journey", journey.build, names_itself=True),
        Page("/journeys/{key}/steps/{step}", "Step", step.build, names_itself=True),
    ]
)
