"""The tables. Everything that the system knows is in them."""

from bot.model.access import ConsoleSession, SignInLink
from bot.model.base import Base
from bot.model.calls import Call, CallOutcome, CallState
from bot.model.cases import CaseEntry, EntryKind, HandOff, HandOffReason, HandOffState, Priority, Team
from bot.model.dialogue import Conversation, Question
from bot.model.identity import LinkPurpose, LinkToken, Merge, MergeKind
from bot.model.journeys import JourneyRun, JourneyVersion, PlannedEntry, RunState, StepProgress, StepState
from bot.model.measures import MeasurePart
from bot.model.members import Absence, Declined, Goal, GoalEnd, GoalNote, MemberEvent, MemberNote, MemberRisk
from bot.model.messages import InboxMessage, InboxState, OutboxMessage, OutboxState, Purpose, Receipt, TurnAction
from bot.model.outreach import LIVE, CheckIn, CheckInKind, CheckInState, Touch, TouchState
from bot.model.people import (
    Account,
    ApiKey,
    ConsentEvent,
    ConsentKind,
    ContactPoint,
    Member,
    MemberStatus,
    Role,
    Staff,
)
from bot.model.surveys import RoundState, SelfAssessmentAnswer, SurveyAnswer, SurveyRound
from bot.model.work import AuditEntry, AuditFinding, Bookmark, Lane, Pause, Rate, Urgency

__all__ = [
    "LIVE",
    "Absence",
    "Account",
    "ApiKey",
    "AuditEntry",
    "AuditFinding",
    "Base",
    "Bookmark",
    "Call",
    "CallOutcome",
    "CallState",
    "CaseEntry",
    "CheckIn",
    "CheckInKind",
    "CheckInState",
    "ConsentEvent",
    "ConsentKind",
    "ConsoleSession",
    "ContactPoint",
    "Conversation",
    "Declined",
    "EntryKind",
    "Goal",
    "GoalEnd",
    "GoalNote",
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
    "MeasurePart",
    "Member",
    "MemberEvent",
    "MemberNote",
    "MemberRisk",
    "MemberStatus",
    "Merge",
    "MergeKind",
    "OutboxMessage",
    "OutboxState",
    "Pause",
    "PlannedEntry",
    "Priority",
    "Purpose",
    "Question",
    "Rate",
    "Receipt",
    "Role",
    "RoundState",
    "RunState",
    "SelfAssessmentAnswer",
    "SignInLink",
    "Staff",
    "StepProgress",
    "StepState",
    "SurveyAnswer",
    "SurveyRound",
    "Team",
    "Touch",
    "TouchState",
    "TurnAction",
    "Urgency",
]
