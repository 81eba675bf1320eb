"""What all records of the programme share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s{}]+$")]

EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]

Bridge = Literal["resource", "training", "services"]
Confirm = Literal["self_reported", "observed", "staff"]
MessageClass = Literal["transactional", "relationship", "promotional"]
Declinable = Literal["transactional", "relationship", "promotional", "survey"]
"""What a member may want no more of: a class of messages, or surveys, of whichever class these are."""
Modality = Literal["sms", "email", "chat", "voice"]
Priority = Literal["low", "normal", "high", "urgent"]
SenderKind = Literal["programme", "msm", "person"]
Stage = Literal["onboarding", "engagement", "renewal", "winback"]
Team = Literal["member_success", "technical_support", "professional_services"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# The placeholders of texts: for anybody, about a member, about a member's step. `phrases` gives their values.
PUBLIC = ("organisation", "programme", "help_contact")
MEMBER = (*PUBLIC, "first_name", "msm", "goal", "renewal_date")
STEP = (*MEMBER, "step", "milestone", "link")


class Content(BaseModel):
    """A record of the content. Frozen; unknown fields are refused; the sentence under a field is its help text."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
