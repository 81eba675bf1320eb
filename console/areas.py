"""The parts of the console, in the order of its navigation."""

from __future__ import annotations

from console.access.area import AREA as ACCESS
from console.cases.area import AREA as CASES
from console.home import AREA as HOME
from console.journeys.area import AREA as JOURNEYS
from console.measures.area import AREA as MEASURES
from console.members.area import AREA as MEMBERS
from console.operations.area import AREA as OPERATIONS
from console.sandbox.area import AREA as SANDBOX

AREAS = (HOME, SANDBOX, MEMBERS, CASES, JOURNEYS, MEASURES, OPERATIONS, ACCESS)
