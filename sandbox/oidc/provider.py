"""What the provider knows: people, codes that it gave out, and the key that signs."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from bot.clock import Clock

LASTS = timedelta(minutes=5)
CODE_LASTS = timedelta(minutes=1)


class Fault(StrEnum):
    """What a provider, or whoever stands between, may get wrong in an ID token."""

    WRONG_NONCE = "wrong_nonce"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_ISSUER = "wrong_issuer"
    EXPIRED = "expired"
    FOREIGN_KEY = "foreign_key"
    SHARED_KEY = "shared_key"
    """Signed with what is public, as if that were a secret."""
    UNSIGNED = "unsigned"
    NO_ID_TOKEN = "no_id_token"  # noqa: S105 - the name of a fault
    TOKEN_ERROR = "token_error"  # noqa: S105 - the name of a fault
    OTHER_ISSUER_IN_DISCOVERY = "other_issuer_in_discovery"
    DOWN = "down"


@dataclass(frozen=True)
class Person:
    """An account. `verified`: what the provider says of the address; None: nothing, as some do."""

    email: str
    name: str
    groups: tuple[str, ...] = ()
    verified: bool | None = True

    @property
    def subject(self) -> str:
        return hashlib.sha256(self.email.encode()).hexdigest()[:24]


PEOPLE = (
    Person("ada@fernhill.example", "Ada Lovelace", ("it", "member-success")),
    Person("maria@fernhill.example", "Maria Keller", ("member-success",)),
    Person("sam@fernhill.example", "Sam Ito", ("finance",)),
    Person("eve@fernhill.example", "Eve Adams", ("it",), verified=False),
)


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    person: Person
    client_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    expires_at: float


@dataclass
class Provider:
    """One provider with one client. Codes work once and shortly, as the real ones do."""

    clock: Clock
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    people: list[Person] = field(default_factory=lambda: list(PEOPLE))
    fault: Fault | None = None
    codes: dict[str, Grant] = field(default_factory=dict)

    @cached_property
    def key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})

    def turn_key(self) -> None:
        """Signs with a new key from now on, as providers do every few weeks."""
        del self.key

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def person(self, email: str) -> Person | None:
        return next((one for one in self.people if one.email == email), None)

    def grant(self, person: Person, redirect_uri: str, nonce: str, challenge: str) -> str:
        """A code for the browser to carry back."""
        code = secrets.token_urlsafe(24)
        expires_at = (self.clock.wall() + CODE_LASTS).timestamp()
        self.codes[code] = Grant(person, self.client_id, redirect_uri, nonce, challenge, expires_at)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> Grant | None:
        """What the code stands for; it is used up, whatever comes of it."""
        found = self.codes.pop(code, None)
        if found is None or found.redirect_uri != redirect_uri or found.expires_at < self.clock.wall().timestamp():
            return None
        digest = hashlib.sha256(verifier.encode()).digest()
        is_same = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == found.challenge
        return found if is_same else None

    def id_token(self, grant: Grant, issuer: str) -> str:
        """Signed with RS256, unless the fault says otherwise."""
        claims, header = self._claims(grant, issuer), {"alg": "RS256", "kid": self.key.kid or ""}
        if self.fault is Fault.SHARED_KEY:
            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({**header, "alg": "HS256"}, claims, public, algorithms=["HS256"])
        if self.fault is Fault.UNSIGNED:
            body = jwt.encode(header, claims, self.key).split(".")[1]
            none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            return f"{none}.{body}."
        key = RSAKey.generate_key(2048) if self.fault is Fault.FOREIGN_KEY else self.key
        return jwt.encode(header, claims, key)

    def _claims(self, grant: Grant, issuer: str) -> dict[str, Any]:
        now = int(self.clock.wall().timestamp())
        issued = now - 3600 if self.fault is Fault.EXPIRED else now
        claims: dict[str, Any] = {
            "iss": "https://elsewhere.example" if self.fault is Fault.WRONG_ISSUER else issuer,
            "sub": grant.person.subject,
            "aud": "another-client" if self.fault is Fault.WRONG_AUDIENCE else grant.client_id,
            "iat": issued,
            "exp": issued + int(LASTS.total_seconds()),
            "nonce": "another" if self.fault is Fault.WRONG_NONCE else grant.nonce,
            "email": grant.person.email,
            "name": grant.person.name,
            "groups": list(grant.person.groups),
            "realm_access": {"roles": list(grant.person.groups)},
        }
        if self.fault is Fault.WRONG_AUDIENCE:
            claims["azp"] = grant.client_id
        if grant.person.verified is not None:
            claims["email_verified"] = grant.person.verified
        return claims
