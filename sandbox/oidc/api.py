"""The provider's endpoints, as OpenID Connect Discovery and Core describe them."""

from __future__ import annotations

import base64
import binascii
from html import escape
from typing import Annotated, Any
from urllib.parse import unquote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel

from sandbox.oidc.provider import Fault, Person, Provider

router = APIRouter(tags=["oidc"])
CARRIED = ("redirect_uri", "state", "nonce", "code_challenge")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in - sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 16px/1.5 sans-serif; max-width: 26rem; margin: 15vh auto; padding: 0 1rem }}
button {{ display: block; width: 100%; margin: .5rem 0; padding: .6rem; font: inherit; text-align: left }}</style>
</head>
<body><h1>Who are you?</h1><p>The accounts of a made-up organisation. There is no password.</p>
<form method="post">{hidden}{people}<button name="email" value="">Cancel</button></form></body></html>"""


def provider_of(request: Request) -> Provider:
    found: Provider = request.app.state.oidc
    return found


ProviderDep = Annotated[Provider, Depends(provider_of)]


def issuer_of(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/oidc"


@router.get("/oidc/.well-known/openid-configuration", response_model=None)
async def discovery(request: Request, provider: ProviderDep) -> Response:
    if provider.fault is Fault.DOWN:
        return JSONResponse({"error": "temporarily_unavailable"}, 503)
    issuer = issuer_of(request)
    told = "https://elsewhere.example" if provider.fault is Fault.OTHER_ISSUER_IN_DISCOVERY else issuer
    return JSONResponse({
        "issuer": told,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "email", "profile"],
    })  # fmt: skip


@router.get("/oidc/jwks")
async def jwks(provider: ProviderDep) -> dict[str, Any]:
    return provider.jwks()


@router.get("/oidc/authorize", response_model=None)
async def authorize(request: Request, provider: ProviderDep) -> Response:
    """Asks who one is. What a real provider refuses without going back, this one refuses too."""
    asked = request.query_params
    if asked.get("client_id") != provider.client_id or asked.get("redirect_uri") not in provider.redirect_uris:
        return HTMLResponse("<p>This application, or its redirect address, is not registered here.</p>", 400)
    problem = _problem(dict(asked))
    if problem:
        return _back(
            asked["redirect_uri"], error="invalid_request", error_description=problem, state=asked.get("state")
        )
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">' for name in CARRIED)
    people = "".join(
        f'<button name="email" value="{escape(one.email)}">{escape(one.name)} ({escape(one.email)})</button>'
        for one in provider.people
    )
    return HTMLResponse(PAGE.format(hidden=hidden, people=people))


@router.post("/oidc/authorize", response_model=None)
async def choose(request: Request, provider: ProviderDep) -> Response:
    """Goes back with a code, or says that they did not want to."""
    async with request.form() as sent:
        chosen = {name: str(value) for name, value in sent.items()}
    if chosen.get("redirect_uri") not in provider.redirect_uris:
        return HTMLResponse("<p>This redirect address is not registered here.</p>", 400)
    person = provider.person(chosen.get("email", ""))
    if person is None:
        return _back(chosen["redirect_uri"], error="access_denied", state=chosen.get("state"))
    code = provider.grant(person, chosen["redirect_uri"], chosen.get("nonce", ""), chosen.get("code_challenge", ""))
    return _back(chosen["redirect_uri"], code=code, state=chosen.get("state"))


@router.post("/oidc/token", response_model=None)
async def token(request: Request, provider: ProviderDep) -> Response:
    async with request.form() as sent:
        asked = {name: str(value) for name, value in sent.items()}
    if not _is_client(request, asked, provider):
        return _error("invalid_client", 401)
    if provider.fault is Fault.TOKEN_ERROR or asked.get("grant_type") != "authorization_code":
        return _error("unsupported_grant_type")
    grant = provider.redeem(asked.get("code", ""), asked.get("redirect_uri", ""), asked.get("code_verifier", ""))
    if grant is None:
        return _error("invalid_grant")
    answer = {"access_token": "sandbox", "token_type": "Bearer", "expires_in": 300, "scope": "openid email profile"}
    if provider.fault is not Fault.NO_ID_TOKEN:
        answer["id_token"] = provider.id_token(grant, issuer_of(request))
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


class FaultBody(BaseModel):
    fault: Fault | None = None


class PersonBody(BaseModel):
    email: str
    name: str
    groups: list[str] = []
    verified: bool | None = True


@router.put("/sandbox/oidc/fault")
async def set_fault(body: FaultBody, provider: ProviderDep) -> dict[str, Any]:
    """What the next sign-ins run into; null: nothing."""
    provider.fault = body.fault
    return {"fault": provider.fault}


@router.post("/sandbox/oidc/people")
async def add_person(body: PersonBody, provider: ProviderDep) -> dict[str, Any]:
    """Adds an account, or replaces the one with this address."""
    provider.people = [one for one in provider.people if one.email != body.email]
    provider.people.append(Person(body.email, body.name, tuple(body.groups), body.verified))
    return {"people": [one.email for one in provider.people]}


@router.post("/sandbox/oidc/key")
async def turn_key(provider: ProviderDep) -> dict[str, Any]:
    """Signs with another key from now on."""
    provider.turn_key()
    return {"kid": provider.key.kid}


def _problem(asked: dict[str, str]) -> str:
    if asked.get("response_type") != "code":
        return "response_type must be code"
    if "openid" not in asked.get("scope", "").split():
        return "scope must contain openid"
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return "PKCE with S256 is required"
    return "" if asked.get("state") and asked.get("nonce") else "state and nonce are required"


def _is_client(request: Request, asked: dict[str, str], provider: Provider) -> bool:
    kind, _, brought = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return (asked.get("client_id"), asked.get("client_secret")) == (provider.client_id, provider.client_secret)
    try:
        name, _, secret = base64.b64decode(brought).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return (unquote(name), unquote(secret)) == (provider.client_id, provider.client_secret)


def _back(to: str, **told: str | None) -> Response:
    return RedirectResponse(f"{to}?{urlencode({name: value for name, value in told.items() if value})}", 303)


def _error(code: str, status: int = 400) -> Response:
    return JSONResponse({"error": code}, status)
