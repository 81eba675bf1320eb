"""What the programme's texts say of a member."""

from __future__ import annotations

from bot.model import Member
from bot.programme.models import Programme
from bot.programme.phrases import member_values


def said_of(programme: Programme, member: Member) -> dict[str, str]:
    """The values of a text's placeholders that tell of the member."""
    return member_values(
        programme,
        first_name=member.first_name,
        msm=member.msm.name if member.msm else None,
        goal=member.goal,
        renewal=member.renews_on,
    )
