"""Who is behind an address: a link that was pressed, "are you Ana?", a phone that was shared, a wrong number."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot import audit
from bot.intake import limits, strangers
from bot.intake.keywords import Handling
from bot.intake.say import answer
from bot.language.distress import is_distress
from bot.language.keywords import Keyword, classify
from bot.language.wrong_number import is_wrong_number
from bot.language.yes_no import read_yes_no
from bot.members import addresses, consent, linking
from bot.members.detach import detach
from bot.members.fields import FieldRefused, check_phone
from bot.members.linking import Linked
from bot.members.said import said_of
from bot.model import ContactPoint, InboxMessage, Member, MemberStatus, Purpose
from bot.programme.template import render

ASK = "identity:ask"
ASKS_A_DAY, REFUSALS_A_DAY, AN_HOUR = 3, 5, 120
YES_NO = ("Yes", "No")


def settle_who(session: Session, handling: Handling, item: InboxMessage) -> str | None:
    """Deals with a message of nobody's; None when the address became a member's since it was accepted."""
    point = consent.find(session, item.channel, item.address)
    if point is not None and item.body.get("proven") is False:
        _heed_stop(session, handling, item, point)
    if point is None or item.body.get("proven") is False:
        return strangers.meet(session, handling.programme, item, handling.times, handling.flood_limit)
    if point.unconfirmed_at is None:
        item.member_id = point.member_id
        return None
    return _hear_name(session, handling, item, point)


def _heed_stop(session: Session, handling: Handling, item: InboxMessage, point: ContactPoint) -> None:
    """Nothing shows that the member wrote this. STOP counts all the same: a forged one does the least harm of all."""
    stop = classify(item.text, opted_out=False, language=point.member.language)
    if stop is not None and stop.keyword is Keyword.STOP and point.opted_out_at is None:
        evidence = consent.Evidence("keyword:unproven", item.text[:500])
        consent.revoke(session, point, evidence, handling.times.now)


def start(session: Session, handling: Handling, item: InboxMessage, token: str) -> str:
    """A link was pressed. The token is not kept with the message: it may still be good for somebody else."""
    item.text, item.body = "/start", {key: value for key, value in item.body.items() if key != "token"}
    result = linking.redeem(session, token, item.channel, item.address, handling.times.now)
    if isinstance(result, Linked):
        if result.confirmed:
            strangers.welcome(session, handling.programme, item, result, handling.times)
            return "identity:linked"
        point = consent.find(session, item.channel, item.address)
        assert point is not None
        return _ask(session, handling, item, point)
    if limits.may_say(session, "identity:refused", item, handling.times.now, a_day=REFUSALS_A_DAY, an_hour=AN_HOUR):
        strangers.say(session, handling.programme, item, handling.programme.texts.link_refused, "identity:refused",
                      handling.times)  # fmt: skip
    return f"identity:{result.reason}"


def share_phone(session: Session, handling: Handling, item: InboxMessage, phone: str) -> str | None:
    """The sender's own phone, as the provider vouches for it: it links when it is a member's. None when it is not."""
    try:
        number = check_phone(f"+{phone.lstrip('+')}")
    except FieldRefused:
        return None
    known = consent.find(session, "sms", number)
    if known is None or known.unconfirmed_at or known.unusable_at or known.member.status is not MemberStatus.ACTIVE:
        return None
    now = handling.times.now
    point = addresses.attach(session, known.member, item.channel, item.address, now, confirmed=True)
    if point is None:
        return None
    addresses.confirm(session, point, consent.Evidence("shared_phone", number), now)
    strangers.welcome(session, handling.programme, item, Linked(known.member, confirmed=True), handling.times)
    return "identity:linked"


def refuse_wrong_number(
    session: Session, handling: Handling, item: InboxMessage, member: Member, point: ContactPoint | None
) -> str | None:
    """Somebody says that they are not the member: the address is taken off, and they hear one apology."""
    exact = classify(item.text, opted_out=False, language=member.language)
    if (exact is not None and exact.exact) or is_distress(item.text):
        return None
    if point is None or not is_wrong_number(item.text, member.first_name, member.name):
        return None
    detach(session, handling.programme, point, item.text, handling.times)
    item.member_id = None
    strangers.say(session, handling.programme, item, handling.programme.texts.wrong_number, strangers.APOLOGY,
                  handling.times)  # fmt: skip
    return "identity:wrong_number"


def _hear_name(session: Session, handling: Handling, item: InboxMessage, point: ContactPoint) -> str:
    """Only yes opens the conversation. Everything else is a stranger's, who hears the question again."""
    member, times = point.member, handling.times
    if is_distress(item.text):
        return strangers.meet(session, handling.programme, item, times, handling.flood_limit)
    said = read_yes_no(item.text, member.first_name)
    stop = classify(item.text, opted_out=False, language=member.language)
    if said is False or is_wrong_number(item.text, member.first_name, member.name):
        return _not_them(session, handling, item, point)
    if stop is not None and stop.keyword is Keyword.STOP:
        _refuse(session, point, item.text, handling)
        return "identity:stop"
    if said is None:
        return _ask(session, handling, item, point)
    addresses.confirm(session, point, consent.Evidence("confirmed_name", item.text[:500]), times.now)
    strangers.welcome(session, handling.programme, item, Linked(member, confirmed=True), times)
    return "identity:confirmed"


def _ask(session: Session, handling: Handling, item: InboxMessage, point: ContactPoint) -> str:
    if not limits.may_say(session, ASK, item, handling.times.now, a_day=ASKS_A_DAY, an_hour=AN_HOUR):
        return "identity:silence"
    words = render(handling.programme.texts.confirm_name, **said_of(handling.programme, point.member))
    answer(session, item, words, handling.times, purpose=Purpose.NOTICE, rule=ASK, choices=YES_NO)
    return "identity:asked"


def _not_them(session: Session, handling: Handling, item: InboxMessage, point: ContactPoint) -> str:
    if point.consented_at is not None:  # it was the member's once, and is somebody else's now
        detach(session, handling.programme, point, item.text, handling.times)
    else:
        _refuse(session, point, item.text, handling)
    strangers.say(session, handling.programme, item, handling.programme.texts.not_them, strangers.APOLOGY,
                  handling.times)  # fmt: skip
    return "identity:not_them"


def _refuse(session: Session, point: ContactPoint, words: str, handling: Handling) -> None:
    consent.revoke(session, point, consent.Evidence(addresses.WRONG, words[:500]), handling.times.now)
    audit.write(session, handling.times.now, "bot", "address.refused", member_id=point.member_id,
                subject=f"{point.channel}:{point.address}", reason=addresses.WRONG)  # fmt: skip
    addresses.release(session, point)
