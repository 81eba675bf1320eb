"""Signing in with an account of the organisation, by OpenID Connect: authorization code, PKCE, state and nonce."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.deprecate import AuthlibDeprecationWarning
from fastapi import FastAPI
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc.errors import JoseError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot import audit
from bot.access import accounts, sessions
from bot.access.accounts import SAID, Account, Stranger
from bot.config import Settings
from console.access import door, plain
from console.access.plain import Link, Plain
from console.access.sign_in import TOO_MANY, SignIn
from console.context import Console

log = logging.getLogger(__name__)

SECONDS = 10.0
"""Longest wait for the provider."""
COOKIE, LASTS = "msb_sign_in", 600
SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""With keys of which only half is public."""
NETWORK = (httpx.HTTPError, httpx.InvalidURL, ValueError, RuntimeError)
DOWN = "The provider of your organisation's accounts does not answer as it should. Try again in a minute."
NOT_BELIEVED = "The provider's answer could not be checked, so nobody was signed in. Try again."
TOO_LATE = "This sign-in took too long, or was begun in another browser. Try again."


@dataclass(frozen=True)
class Oidc:
    """The pages on the way to the provider and back."""

    sign_in: SignIn

    @property
    def shown(self) -> Callable[[], Console]:
        return self.sign_in.shown

    def add_to(self, app: FastAPI) -> None:
        for path, page in (("/sign-in/oidc", self.go), ("/sign-in/oidc/callback", self.come_back)):
            app.add_api_route(path, page, methods=["GET"], include_in_schema=False, response_model=None)

    async def go(self, request: Request) -> Response:
        """Leads to the provider; what has to fit afterwards stays in a signed cookie of ten minutes."""
        settings = self.shown().settings
        if not settings.oidc_is_on:
            return plain.not_found(request.scope.get("root_path", ""))
        if not self.sign_in.may_try(request):
            return plain.answer(TOO_MANY, 429)
        client, kept = _client(settings), dict[str, Any]()
        request.scope["session"] = kept
        try:
            await _learn(client, settings)
            answer: Response = await client.authorize_redirect(request, callback_of(settings))
        except NETWORK as error:
            log.warning("OpenID Connect failed", extra={"step": "discovery", "error": str(error)})
            return self._refuse(request, DOWN, 502)
        kept["next"] = request.query_params.get("next", "")
        door.keep(settings, request, answer, COOKIE, _signer(settings).dumps(kept), seconds=LASTS)
        return answer

    async def come_back(self, request: Request) -> Response:
        """Signs in whom the provider vouches for, if they have a role here."""
        settings = self.shown().settings
        if not settings.oidc_is_on:
            return plain.not_found(request.scope.get("root_path", ""))
        if not self.sign_in.may_try(request):
            return plain.answer(TOO_MANY, 429)
        try:
            kept = _signer(settings).loads(request.cookies.get(COOKIE, ""), max_age=LASTS)
        except BadSignature:
            return self._refuse(request, TOO_LATE, 400)
        request.scope["session"] = kept
        claims, why = await _claims(settings, request)
        if why:
            await self._note(why)
            return self._refuse(request, why, 403)
        account = accounts.read(claims, settings)
        made = account if isinstance(account, Stranger) else await asyncio.to_thread(self._enter, request, account)
        if isinstance(made, Stranger):
            if made is not Stranger.NO_ROLE:
                await self._note(made, str(claims.get(settings.oidc_email_claim, "")))
            return self._refuse(request, SAID[made], 403)
        answer = self.sign_in.welcome(request, made, str(kept.get("next", "")))
        door.forget(request, answer, COOKIE)
        return answer

    def _enter(self, request: Request, account: Account) -> str | Stranger:
        wall, old = self.shown().clock.wall(), door.token_of(request)

        def enter(session: Session) -> str | Stranger:
            staff = accounts.enter(session, account, wall)
            if isinstance(staff, Stranger):
                return staff
            sessions.end(session, old, wall)
            return sessions.begin(session, staff, accounts.WAY, wall)

        return self.shown().within(enter)

    async def _note(self, why: str, email: str = "") -> None:
        """A refusal belongs into the audit log."""
        wall = self.shown().clock.wall()

        def note(session: Session) -> None:
            audit.write(
                session, wall, "console", "console.refused", subject=email or None, reason=why, way=accounts.WAY
            )

        await asyncio.to_thread(self.shown().within, note)

    def _refuse(self, request: Request, why: str, status: int) -> Response:
        link = Link(f"{request.scope.get('root_path', '')}/sign-in", "Back to the sign-in")
        answer = plain.answer(Plain("You could not be signed in", [why], link=link), status)
        door.forget(request, answer, COOKIE)
        return answer


def callback_of(settings: Settings) -> str:
    """Where the provider sends people back to; it has to be registered there, to the letter."""
    return f"{settings.console_url.rstrip('/')}/sign-in/oidc/callback"


async def _claims(settings: Settings, request: Request) -> tuple[dict[str, Any], str]:
    """What the token says, once everything about it is right; or why it is not believed."""
    client = _client(settings)
    options = {
        "iss": {"essential": True, "values": [client.server_metadata.get("issuer")]},
        "aud": {"essential": True, "value": settings.oidc_client_id},
    }
    try:
        await _learn(client, settings)
        options["iss"]["values"] = [client.server_metadata["issuer"]]
        token = await client.authorize_access_token(request, claims_options=options)
    except (AuthlibBaseError, JoseError) as error:
        code = getattr(error, "error", "")
        log.warning("OpenID Connect refused", extra={"step": "token", "error": f"{type(error).__name__} {code}"})
        if code == "access_denied":
            return {}, "The provider says that you did not agree, or may not use the console."
        return {}, TOO_LATE if code == "mismatching_state" else NOT_BELIEVED
    except NETWORK as error:
        log.warning("OpenID Connect failed", extra={"step": "token", "error": str(error)})
        return {}, DOWN
    claims = token.get("userinfo")
    return (dict(claims), "") if claims else ({}, NOT_BELIEVED)


async def _learn(client: Any, settings: Settings) -> None:
    """Reads what the provider says of itself, once; it has to be the provider that the settings name.

    Raises:
        ValueError: it is another one, or signs with nothing that we trust.
    """
    told = await client.load_server_metadata()
    if told.get("issuer") != settings.oidc_issuer:
        client.server_metadata.clear()
        raise ValueError(f"the provider calls itself {told.get('issuer')}")
    offered = SIGNED_BY.intersection(told.get("id_token_signing_alg_values_supported") or ["RS256"])
    if not offered:
        raise ValueError("the provider signs with nothing that is trusted")
    told["id_token_signing_alg_values_supported"] = sorted(offered)
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in methods:
        client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"  # noqa: S105 - the name of a method


def _client(settings: Settings) -> Any:
    secret = settings.oidc_client_secret.get_secret_value()
    return _made(settings.oidc_issuer, settings.oidc_client_id, secret)


@lru_cache(maxsize=8)
def _made(issuer: str, client_id: str, secret: str) -> Any:
    with warnings.catch_warnings(
        action="ignore", category=AuthlibDeprecationWarning
    ):  # of httpx, which it still works with
        from authlib.integrations.starlette_client import OAuth
    return OAuth().register(
        "oidc",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": SECONDS},
    )


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    """Every console of the organisation has the same key: it comes from the secret that they share."""
    secret = settings.oidc_client_secret.get_secret_value().encode()
    return URLSafeTimedSerializer(hmac.new(secret, b"console sign-in", hashlib.sha256).hexdigest(), "msb.sign-in")
