"""Keys of the programming interface: made once, known by their digest, asked for by every call."""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Header, HTTPException, Request, status

from app.wiring import Application
from bot.model import ApiKey


def digest(key: str) -> str:
    """What is kept of a key. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_key(application: Application, name: str) -> str:
    """Makes a key and returns it; it can't be read again."""
    key = f"msb_{secrets.token_urlsafe(32)}"
    with application.db.begin() as session:
        session.add(ApiKey(name=name, digest=digest(key), created_at=application.clock.now()))
    return key


def application_of(request: Request) -> Application:
    """The application that the gateway was made for."""
    application: Application = request.app.state.application
    return application


Wired = Annotated[Application, Depends(application_of)]


def caller(application: Wired, authorization: Annotated[str, Header()] = "") -> str:
    """The name of the key that the call brings as ``Authorization: Bearer KEY``; 401 without a valid one."""
    scheme, _, key = authorization.partition(" ")
    known = sa.select(ApiKey.name).where(ApiKey.digest == digest(key.strip()), ApiKey.revoked_at.is_(None))
    with application.db.begin() as session:
        name = session.scalars(known).first() if scheme.lower() == "bearer" and key else None
    if name is None:
        headers = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "A valid API key is needed.", headers)
    return name


Caller = Annotated[str, Depends(caller)]
