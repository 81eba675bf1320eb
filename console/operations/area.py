"""The pages of this part."""

from __future__ import annotations

from console.operations import auditor, doctor, health, letters, log, queues, settings
from console.pages import Area, Download, Page

AREA = Area(
    [
        Page("/operations", "Operations", health.build, icon="settings_suggest"),
        Page("/operations/queues", "What waits", queues.build),
        Page("/operations/letters", "What was set aside", letters.build),
        Page("/operations/doctor", "What the doctor finds", doctor.build),
        Page("/operations/auditor", "What the auditor found", auditor.build),
        Page("/operations/log", "Who did what", log.build),
        Page("/operations/settings", "Data and settings", settings.build),
    ],
    [Download("/operations/log.csv", log.download)],
)
