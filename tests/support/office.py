"""What the organisation's own systems and its staff tell about members, through the programming interface."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx

from bot.members import absences, consent
from bot.model import Member
from console.sandbox.world import Broken, Phone
from tests.support.stage import Stage

Json = dict[str, Any]


class Office:
    """Each call is settled before the scenario goes on. Members are named by their phones."""

    def __init__(self, world: Stage) -> None:
        self.world = world
        self.told = 0

    def saw(self, phone: Phone, event: str, **properties: str) -> None:
        """Another system saw the member do something just now."""
        self.told += 1
        seen = {"id": f"crm-{self.told}", "phone": phone.number, "name": event, "at": self.world.now().isoformat()}
        (outcome,) = self._call("POST", "events", [{**seen, "properties": properties}])["outcomes"]
        if outcome["outcome"] != "recorded" or outcome["why"]:
            raise Broken(f"the event {event}: {outcome}")

    def marks(self, phone: Phone, step: str, state: str = "done") -> None:
        self._call("PUT", f"members/{self.member_id(phone)}/steps/{step}", {"state": state})

    def notes_that_unwanted(self, phone: Phone, message_class: str) -> None:
        """The member told somebody that they want no messages of this class."""
        body = {"message_class": message_class, "wanted": False, "wording": "on the phone"}
        self._call("PUT", f"members/{self.member_id(phone)}/preferences", body)

    def notes_absence(self, phone: Phone, first: date, last: date) -> None:
        """Whole days, both included."""
        body = {"first_day": first.isoformat(), "last_day": last.isoformat()}
        self._call("POST", f"members/{self.member_id(phone)}/absences", body)

    def imports_calendar(self, phone: Phone, ics: str) -> None:
        """As ``msb members calendar`` does."""
        with self.world.application.db.begin() as session:
            member = session.get_one(Member, self.member_id(phone))
            absences.import_calendar(session, member, ics.encode(), self.world.clock.now())
        self.world.settle()

    def member_id(self, phone: Phone) -> int:
        with self.world.application.db.begin() as session:
            known = consent.find(session, "sms", phone.number)
            assert known is not None
            return known.member_id

    def _call(self, method: str, path: str, body: object) -> Any:
        self.world.tell(f"  ## the office: {method} {path} {body}")
        answer = self.world.client.request(
            method, f"{self.world.gateway}/api/v1/{path}", json=body,
            headers={"Authorization": f"Bearer {self.world.key}"},
        )  # fmt: skip
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise Broken(f"{method} {path}: {answer.status_code} {answer.text}")
        self.world.settle()
        return answer.json()
