"""Twilio's refusals."""

from __future__ import annotations

from typing import Any

TEXTS: dict[int, tuple[int, str]] = {
    20001: (400, "Parameter {name} is invalid"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {uri} was not found"),
    20429: (429, "Too Many Requests"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {url}"),
    21210: (400, "The source phone number provided, {sender}, is not yet verified for your account."),
    21211: (400, "Invalid 'To' Phone Number: {to}"),
    21212: (400, "Invalid From Number (caller ID): {sender}"),
    21213: (400, "No 'From' number is specified"),
    21214: (400, "The phone number you are attempting to call, {to}, is not reachable."),
    21215: (400, "Account not authorized to call {to}. Perhaps you need to enable some international permissions."),
    21216: (400, "Account not allowed to call {to}"),
    21217: (400, "Phone number {to} does not appear to be valid"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        (
            "The 'From' phone number provided ({sender}) is not a valid message-capable Twilio phone number "
            "for this destination/account"
        ),
    ),
    21609: (400, "The 'StatusCallback' URL {url} is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number"),
    21614: (400, "'To' number: {to}, is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}


class TwilioRefusal(Exception):
    """A request that Twilio would refuse."""

    def __init__(self, code: int, **values: str) -> None:
        self.code = code
        self.status, text = TEXTS[code]
        self.text = text.format(**values)
        super().__init__(self.text)

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.text,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
