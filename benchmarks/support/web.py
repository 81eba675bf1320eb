"""Requests over kept connections, one for each thread, with as little around them as can be."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

TIMEOUT = 60.0
FORM = "application/x-www-form-urlencoded"


class Web:
    """Requests to one address; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._kept = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """The body of the answer.

        Raises:
            RuntimeError: the status is not one of success.
        """
        for is_last in (False, True):
            connection = self._connection()
            try:
                connection.request(method, path, body, dict(headers))
                response = connection.getresponse()
                content = response.read()
            except (http.client.HTTPException, OSError):
                connection.close()
                self._kept.connection = None
                if is_last:
                    raise
                continue  # a kept connection that the other side has closed meanwhile
            if not 200 <= response.status < 300:
                raise RuntimeError(f"{path} answered {response.status}: {content[:300]!r}")
            return content
        raise AssertionError

    def post_json(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        content = self.post(path, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
        return json.loads(content)

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        if connection is None:
            connection = self._kept.connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
            self._all.append(connection)
        return connection

    def close(self) -> None:
        """Every thread's connection."""
        for connection in self._all:
            connection.close()


class TwilioWebhook:
    """Sends text messages to a gateway the way Twilio does, with its signature."""

    PATH = "/webhooks/twilio/sms"

    def __init__(self, gateway: str, token: str, account: str, our_number: str) -> None:
        self.web, self.url = Web(gateway), gateway + self.PATH
        self.account, self.our_number = account, our_number
        self._sign = RequestValidator(token).compute_signature

    def send(self, sid: str, sender: str, text: str) -> None:
        """One message of a member; returns when the gateway has taken it.

        Raises:
            RuntimeError: it has not.
        """
        form = {"MessageSid": sid, "SmsSid": sid, "AccountSid": self.account, "From": sender, "To": self.our_number,
                "Body": text, "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01"}  # fmt: skip
        headers = {"Content-Type": FORM, "X-Twilio-Signature": self._sign(self.url, form)}
        self.web.post(self.PATH, urlencode(form).encode(), headers)
