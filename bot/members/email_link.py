"""A signed link in an e-mail: whoever presses it reads what is sent to that address. Nothing is stored for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.config import Settings
from bot.errors import Refused
from bot.members import addresses, consent
from bot.members.linking import Linked, NotLinked, Why
from bot.members.said import said_of
from bot.model import ContactPoint, Member, MemberStatus, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.programme.models import Programme
from bot.programme.template import render

TTL = timedelta(days=3)
PATH = "/confirm"
LONGEST = 1000


def url(settings: Settings, point: ContactPoint, now: datetime) -> str:
    """The link that confirms an address of a member, good for three days.

    Raises:
        Refused: there is no secret to sign with.
    """
    signed = _signer(settings).dumps([point.member_id, point.address, int((now + TTL).timestamp())])
    return f"{settings.public_base_url.rstrip('/')}{PATH}/{signed}"


def send(session: Session, settings: Settings, programme: Programme, point: ContactPoint, times: Times) -> None:
    """Asks for the confirmation of an e-mail address at that address, once a day at most."""
    member = point.member
    said = said_of(programme, member)
    message = Message(
        channel=point.channel,
        address=point.address,
        purpose=Purpose.NOTICE,
        rule="identity:confirm_email",
        dedupe=f"confirm:{point.id}:{times.now.date().isoformat()}",
        text=render(programme.texts.confirm_email, **said, link=url(settings, point, times.now)),
        body={"subject": programme.organisation.name},
        member_id=member.id,
    )
    enqueue(session, message, now=times.now, wall=times.wall)


def read(session: Session, settings: Settings, token: str, now: datetime) -> ContactPoint | NotLinked:
    """The address that a link is about, without confirming it: mail scanners open links too."""
    try:
        member_id, address, until = _signer(settings).loads(token) if len(token) <= LONGEST else (0, "", 0)
    except (BadSignature, ValueError, TypeError):
        return NotLinked(Why.UNKNOWN)
    point = consent.find(session, "email", str(address))
    if point is None or point.member_id != member_id or point.member.status is not MemberStatus.ACTIVE:
        return NotLinked(Why.UNKNOWN)
    return point if now < datetime.fromtimestamp(until, UTC) else NotLinked(Why.EXPIRED)


def confirm(session: Session, settings: Settings, token: str, now: datetime) -> Linked | NotLinked:
    """Confirms the address of a link. A second time changes nothing."""
    point = read(session, settings, token, now)
    if isinstance(point, NotLinked):
        return point
    member: Member = point.member
    addresses.confirm(session, point, consent.Evidence("email_link", "pressed the link in an e-mail"), now)
    return Linked(member, confirmed=True)


def _signer(settings: Settings) -> URLSafeSerializer:
    secret = settings.email_secret.get_secret_value()
    if not secret:
        raise Refused("Set MSB_EMAIL_SECRET first.")
    return URLSafeSerializer(secret, salt="confirm-address")
