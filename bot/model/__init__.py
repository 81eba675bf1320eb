"""The tables. Everything that the system knows is in them."""

from bot.model.base import Base
from bot.model.calls import Call, CallOutcome, CallState
from bot.model.cases import CaseEntry, EntryKind, HandOff, HandOffReason, HandOffState, Priority, Team
from bot.model.dialogue import Conversation, Question, SurveyAnswer
from bot.model.identity import LinkPurpose, LinkToken, Merge, MergeKind
from bot.model.journeys import JourneyRun, JourneyVersion, RunState, StepProgress, StepState
from bot.model.messages import InboxMessage, InboxState, OutboxMessage, OutboxState, Purpose, Receipt, TurnAction
from bot.model.outreach import LIVE, CheckIn, CheckInState, Touch, TouchState
from bot.model.people import Account, ApiKey, ConsentEvent, ConsentKind, ContactPoint, Member, MemberStatus, Staff
from bot.model.work import AuditEntry, Lane, Rate

__all__ = [
    "LIVE",
    "Account",
    "ApiKey",
    "AuditEntry",
    "Base",
    "Call",
    "CallOutcome",
    "CallState",
    "CaseEntry",
    "CheckIn",
    "CheckInState",
    "ConsentEvent",
    "ConsentKind",
    "ContactPoint",
    "Conversation",
    "EntryKind",
    "HandOff",
    "HandOffReason",
    "HandOffState",
    "InboxMessage",
    "InboxState",
    "JourneyRun",
    "JourneyVersion",
    "Lane",
    "LinkPurpose",
    "LinkToken",
    "Member",
    "MemberStatus",
    "Merge",
    "MergeKind",
    "OutboxMessage",
    "OutboxState",
    "Priority",
    "Purpose",
    "Question",
    "Rate",
    "Receipt",
    "RunState",
    "Staff",
    "StepProgress",
    "StepState",
    "SurveyAnswer",
    "Team",
    "Touch",
    "TouchState",
    "TurnAction",
]
