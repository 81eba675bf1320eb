"""A file of members to begin with, and what its columns mean."""

from __future__ import annotations

import csv
import io

from starlette.responses import Response

from bot.members.table import COLUMNS
from console.visit import Visit

NAME = "members-template.csv"
MEANING = {
    "member_number": ("Your own number. It says whose line it is: a known number is changed, an unknown one is new.",
                      "FI-2001"),
    "first_name": ("As the member is spoken to.", "Ana"),
    "last_name": ("The family name.", "Souza"),
    "phone": ("For texts and calls, with plus sign and country code. Phone or e-mail has to be there.",
              "+12025550123"),
    "time_zone": ("Where the member lives: an area and a city.", "America/New_York"),
    "joined_on": ("The day of joining: a date, today, or days from today such as -3d.", "2026-11-20"),
    "consent_sms": ("Whether the member agreed to texts: yes or no.", "yes"),
    "consent_source": ("Where and when they agreed. Needed beside each yes.", "join form 2026-11-20"),
    "email": ("For e-mail.", "ana.souza@example.com"),
    "language": ("A code such as en or pt-br; en when it is left out.", "en"),
    "account": ("The employer or corporate partner.", ""),
    "msm": ("E-mail of the Member Success Manager.", "maria.okafor@example.org"),
    "consent_email": ("Whether the member agreed to e-mail: yes or no; no when it is left out.", "yes"),
    "consent_voice": ("Whether the member agreed to calls: yes or no; no when it is left out.", "no"),
    "renews_on": ("The day on which the membership renews.", "2027-11-20"),
    "country": ("For public holidays: two letters, with the region where it matters.", "US-NY"),
}  # fmt: skip
"""What each column of a file of members holds, and an example of it."""
OWN = (
    ("trait_...", "Whatever else you know, such as trait_career_stage; trait_segment names the segment."),
    ("date_...", "Other days that steps may count from, such as date_exam."),
)
EXAMPLES = {"trait_career_stage": "early"}


def text() -> str:
    """The line of names and one example, as CSV."""
    names = [*COLUMNS.required, *COLUMNS.optional]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*names, *EXAMPLES])
    writer.writerow([*(MEANING[name][1] for name in names), *EXAMPLES.values()])
    return file.getvalue()


async def give(_visit: Visit) -> Response:
    """The download."""
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"', "Cache-Control": "no-store"}
    return Response(text(), media_type="text/csv; charset=utf-8", headers=headers)
