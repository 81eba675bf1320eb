"""A new channel is one folder and one line in the registry; nothing else has to know of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.channels.world import ROOT

TOY = '''
"""A toy: whoever knows the word may post, and what is sent lies in a list."""

from fastapi import APIRouter, Request, Response

from bot.compose.choices import choice_id, titles
from bot.intake.receive import Incoming, accept
from bot.ports import Capabilities, NoTrace, Sent
from channels.edge import Edge, Verdict
from channels.webhook import Unacceptable, answered, parse_object, read_body

OUTBOX = []


class Toy:
    name = "toy"
    capabilities = Capabilities(max_characters=200, modality="chat", buttons=True)
    per_second = 100.0

    def prepare(self, session, message, now):
        buttons = [choice_id(message.id, index) for index, _ in enumerate(titles(message.body))]
        return {"to": message.address, "text": message.body["text"], "buttons": buttons, "id": f"toy-{message.id}"}

    def send(self, payload):
        OUTBOX.append(payload)
        return Sent(payload["id"])

    def reconcile(self, payload, since):
        return NoTrace()


def router(context):
    routes = APIRouter()

    @routes.post("/webhooks/toy")
    async def posted(request: Request) -> Response:
        async def work():
            if request.headers.get("x-word") != "please":
                raise Unacceptable(403, "forged")
            said = parse_object(await read_body(request, 10_000))
            incoming = Incoming("toy", said["from"], said["text"], f"toy:{said['id']}")
            with context.db.begin() as session:
                row = accept(session, incoming, now=context.clock.now(), wall=context.clock.wall())
            return "accepted" if row is not None else "duplicate"

        return await answered("toy", work, Response())

    return routes


EDGE = Edge(
    name="toy",
    is_on=lambda settings: True,
    make=lambda settings: Toy(),
    router=router,
    needs=("public_base_url",),
    check=lambda settings: Verdict(True, "the toy is happy"),
    register=lambda settings: ["the toy knows where we are"],
)
'''

SCRIPT = """
import asyncio, json, sys
from datetime import UTC, date, datetime

import httpx

from app.channel_setup import register_all, report_all
from app.gateway import create_gateway
from app.wiring import build
from bot.config import Settings
from bot.model import Base, ContactPoint, Member
from channels import registry, toy
from tests.support.fake_dialogue import FakeDialogue

assert registry.__file__.startswith(sys.argv[1]), registry.__file__
settings = Settings(_env_file=None, database_url=f"sqlite:///{sys.argv[1]}/toy.db", programme_dir=sys.argv[2])
application = build(settings, dialogue=FakeDialogue())
Base.metadata.create_all(application.db.engine)
now = datetime.now(UTC)
with application.db.begin() as session:
    ana = Member(first_name="Ana", last_name="Diaz", segment="student", time_zone="UTC", language="en",
                 joined_on=date(2026, 1, 1), created_at=now)
    session.add(ana)
    session.flush()
    session.add(ContactPoint(member_id=ana.id, channel="toy", address="ana", consented_at=now))


async def post(word):
    transport = httpx.ASGITransport(app=create_gateway(application))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        said = {"id": 1, "from": "ana", "text": "hello"}
        return (await client.post("/webhooks/toy", json=said, headers={"X-Word": word})).status_code


statuses = [asyncio.run(post(word)) for word in ("please", "please", "give")]
for _ in range(10):
    if not any(drainer.run_one() for drainer in application.drainers.values()):
        break
[report] = [report for report in report_all(registry.EDGES, settings) if report.channel == "toy"]
registered = {name: lines for name, lines, _ in register_all(registry.EDGES, settings)}
print(json.dumps({"statuses": statuses, "sent": toy.OUTBOX, "check": report.words, "registered": registered["toy"]}))
application.close()
"""


@pytest.fixture
def with_toy(tmp_path: Path) -> Path:
    """A copy of the channels to which somebody added one folder and one line."""
    copy = tmp_path / "channels"
    shutil.copytree(ROOT / "channels", copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "toy").mkdir()
    (copy / "toy" / "__init__.py").write_text(TOY, encoding="utf-8")
    registry = copy / "registry.py"
    line = "EDGES += (__import__('channels.toy').toy.EDGE,)"
    registry.write_text(f"{registry.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")
    return tmp_path


def test_a_channel_is_one_folder_and_one_line(with_toy: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MSB_")}
    environment["PYTHONPATH"] = os.pathsep.join([str(with_toy), str(ROOT)])
    command = [sys.executable, "-c", SCRIPT, str(with_toy), str(ROOT / "journeys")]
    done = subprocess.run(
        command, cwd=with_toy, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["statuses"] == [200, 200, 403]
    [sent] = told["sent"]
    assert (sent["to"], sent["buttons"]) == ("ana", [])
    assert sent["text"]
    assert told["check"] == "the toy is happy"
    assert told["registered"] == ["the toy knows where we are"]
