"""The custom actions of the dialogue engine: tracker in, one call into `bot/`, replies out."""

from actions.member import MemberAction, all_actions

__all__ = ["MemberAction", "all_actions"]
