"""What proves that something comes back from a message of ours: signed addresses, message ids and links.

Addresses and message ids are short, and some mail hosts turn them into lower case, so they carry a MAC in base32;
links are signed by itsdangerous. Both keys are derived from one secret. Without a secret nothing is signed or believed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from bot.config import Settings
from bot.errors import Refused

MAC_BYTES = 10
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_DIGITS = 12
LONGEST_LINK = 1000


class Kind(StrEnum):
    """What a signed address is for: answers of the recipient, or reports of mail hosts on what became of it."""

    REPLY = "r"
    BOUNCE = "b"


TOKEN = rf"([{Kind.REPLY}{Kind.BOUNCE}])([0-9a-z]{{1,{MOST_DIGITS}}})-([a-z2-7]{{16}})"


@dataclass(frozen=True)
class Link:
    """What an unsubscribe link says."""

    outbox_id: int
    address: str


class Signing:
    """Signs and verifies with the secret of these settings."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.email_secret.get_secret_value()
        self.inbound = (settings.email_inbound or settings.email_from).lower()
        self.local, _, self.domain = self.inbound.rpartition("@")
        self.sender_domain = settings.email_from.lower().rpartition("@")[2]
        self._address = re.compile(rf"{re.escape(self.local)}\+{TOKEN}@{re.escape(self.domain)}(?![\w.-])")
        self._message_id = re.compile(
            rf"<msb\.([0-9a-z]{{1,{MOST_DIGITS}}})\.([a-z2-7]{{16}})@{re.escape(self.sender_domain)}>"
        )

    def address(self, kind: Kind, outbox_id: int) -> str:
        """The answer address of one message: who knows it has seen that message.

        Raises:
            Refused: no secret, or no mailbox for answers.
        """
        if not self.local or not self.domain:
            raise Refused("MSB_EMAIL_FROM is not an address.")
        return f"{self.local}+{kind}{_digits(outbox_id)}-{self._mac(kind, outbox_id)}@{self.domain}"

    def message_id(self, outbox_id: int) -> str:
        """The Message-ID of a row of the outbox, with its brackets; always the same one.

        Raises:
            Refused: no secret, or no sender.
        """
        if not self.sender_domain:
            raise Refused("MSB_EMAIL_FROM is not an address.")
        return f"<msb.{_digits(outbox_id)}.{self._mac('m', outbox_id)}@{self.sender_domain}>"

    def read_addresses(self, kind: Kind, text: str) -> Iterable[int]:
        """The outbox ids of our genuine addresses of a kind that occur in `text`."""
        for found_kind, digits, mac in self._address.findall(text.lower()):
            if found_kind == kind and self._is_genuine(kind, digits, mac):
                yield int(digits, 36)

    def read_message_ids(self, text: str) -> Iterable[int]:
        """The outbox ids of our genuine Message-IDs that occur in `text`."""
        for digits, mac in self._message_id.findall(text.lower()):
            if self._is_genuine("m", digits, mac):
                yield int(digits, 36)

    def link(self, outbox_id: int, address: str) -> str:
        """What goes into an unsubscribe link. It holds the address, because it must work when the message is gone.

        Raises:
            Refused: no secret.
        """
        return str(self._links().dumps([outbox_id, address]))

    def read_link(self, token: str) -> Link | None:
        """None for what we didn't sign. Links don't expire: a stop is valid whenever it comes."""
        if not self._secret or len(token) > LONGEST_LINK:
            return None
        try:
            outbox_id, address = self._links().loads(token)
        except (BadData, ValueError, TypeError):
            return None
        return Link(int(outbox_id), str(address))

    def _links(self) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._key(), salt="msb.email.unsubscribe", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def _mac(self, kind: str, outbox_id: int) -> str:
        digest = hmac.new(self._key(), f"msb.email.{kind}:{outbox_id}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:MAC_BYTES]).decode().lower()

    def _is_genuine(self, kind: str, digits: str, mac: str) -> bool:
        return bool(self._secret) and hmac.compare_digest(self._mac(kind, int(digits, 36)), mac)

    def _key(self) -> bytes:
        if not self._secret:
            raise Refused("MSB_EMAIL_SECRET is not set.")
        return self._secret.encode()


def _digits(number: int) -> str:
    """`number` in base 36."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits or "0"
