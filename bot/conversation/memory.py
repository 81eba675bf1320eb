"""What is remembered of a conversation between its messages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.model import Conversation, Question


def conversation_of(session: Session, member_id: int) -> Conversation:
    """The member's conversation, begun if need be."""
    conversation = session.get(Conversation, member_id)
    if conversation is None:
        conversation = Conversation(member_id=member_id, question=Question.NONE, data={})
        session.add(conversation)
        session.flush()
    return conversation


def forget_question(session: Session, member_id: int) -> None:
    """Nothing is open in the conversation any more: "yes" must not answer what was asked long ago."""
    conversation = session.get(Conversation, member_id)
    if conversation is not None:
        conversation.question, conversation.data = Question.NONE, {}
