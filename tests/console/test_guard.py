"""What stands before the console: who gets in, from where, and what every answer says. Real requests, no browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from nicegui import __version__ as nicegui_version
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.access import links, sessions
from bot.model import AuditEntry, Role
from console.access.door import COOKIE, form_token
from console.access.origin import safe_path
from console.access.tries import MOST
from console.areas import AREAS
from console.mount import Mounted
from console.visit import Visit
from tests.support.console import Site, console_for

LINK = "ada@example.org"
SOCKET = "/console/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
Client = Callable[..., httpx.Client]


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    """A browser without pictures, in which somebody is signed in if a role is named."""
    opened: list[httpx.Client] = []

    def made(role: str = "") -> httpx.Client:
        kept = {COOKIE: token_of(site, role)} if role else {}
        opened.append(httpx.Client(base_url=site.address, cookies=kept, timeout=20))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def token_of(site: Site, role: str = "admin") -> str:
    return str(site.cookies(role)[0]["value"])


def link(site: Site) -> str:
    with site.house.db.begin() as session:
        return links.make(session, LINK, Role.ADMIN, site.console.clock.wall())


def policy_of(answer: httpx.Response) -> dict[str, str]:
    parts = (rule.partition(" ") for rule in answer.headers["content-security-policy"].split("; "))
    return {name: rest for name, _, rest in parts}


def test_a_page_runs_no_script_but_those_of_its_own_template(client: Client) -> None:
    first, second = (client("viewer").get("/console/") for _ in range(2))
    policy = policy_of(first)
    assert "'unsafe-inline'" not in policy["script-src"]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    nonce = re.findall(r"'nonce-(.+?)'", policy["script-src"])[0]
    scripts = re.findall(r"<script[^>]*>", first.text)
    assert scripts
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert nonce not in policy_of(second)["script-src"], "each answer has its own"
    assert "http" not in first.headers["content-security-policy"], "no other host"


def test_every_answer_tells_browsers_to_be_careful(client: Client) -> None:
    signed_in = client("viewer")
    static = f"/console/_nicegui/{nicegui_version}/static/nicegui.css"
    for path in ("/console/", "/console/sign-in", "/console/nonesuch", static):
        told = signed_in.get(path).headers
        assert told["x-content-type-options"] == "nosniff"
        assert told["x-frame-options"] == "DENY"
        assert told["referrer-policy"] == told["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in told["permissions-policy"]
        assert "strict-transport-security" not in told, "this console is not reached by HTTPS"
    assert signed_in.get("/console/").headers["cache-control"] == "no-store"
    assert "immutable" in signed_in.get(static).headers["cache-control"]


def test_behind_https_cookies_are_secure_and_browsers_stay_with_it(
    site: Site, client: Client, mounted: tuple[str, Mounted]
) -> None:
    mounted[1].console = console_for(site.house, None, console_url="https://bot.example.org/console")
    answer = client().get(f"/console/sign-in/{link(site)}", headers={"Host": "bot.example.org"})
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "Secure" in answer.headers["set-cookie"]
    form = re.findall(r'name="form" value="(.+?)"', answer.text)[0]
    for origin, status in (("https://bot.example.org", 303), ("http://bot.example.org", 403)):
        sent = client().post(
            f"/console/sign-in/{link(site)}", data={"form": form}, cookies={"msb_form": form},
            headers={"Host": "bot.example.org", "Origin": origin},
        )  # fmt: skip
        assert sent.status_code == status
    assert client().get("/console/", headers={"Host": "bot.example.org"}).status_code == 303


def test_without_its_address_the_console_serves_this_machine_only(
    site: Site, client: Client, mounted: tuple[str, Mounted]
) -> None:
    mounted[1].console = console_for(site.house, None, console_url="")
    assert client("viewer").get("/console/").status_code == 200
    refused = client("viewer").get("/console/", headers={"Host": "rebound.example.com"})
    assert refused.status_code == 403
    assert "MSB_CONSOLE_URL" in refused.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/console/_nicegui/client/x/upload/1"), ("GET", SOCKET.replace("websocket", "polling"))],
)
def test_who_is_not_signed_in_reaches_nothing_of_a_page(site: Site, client: Client, method: str, path: str) -> None:
    answer = client().request(method, path, headers={"Origin": site.address})
    assert answer.status_code == 401


def test_who_is_not_signed_in_is_led_to_the_sign_in(client: Client) -> None:
    answer = client().get("/console/members?search=a&x=%2F")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=/members%3Fsearch%3Da%26x%3D%252F"


@pytest.mark.parametrize(
    "brought",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_a_form_of_another_site_does_nothing(site: Site, client: Client, brought: dict[str, str]) -> None:
    browser = client("admin")
    data = {"form": form_token(browser.cookies[COOKIE])}
    assert browser.post("/console/sign-out", data=data, headers=brought).status_code == 403
    assert browser.post("/console/_nicegui/client/x/upload/1", headers=brought).status_code == 403
    assert browser.get("/console/").status_code == 200


def test_a_form_needs_the_mark_of_our_own_pages(site: Site, client: Client) -> None:
    browser = client("admin")
    for form in ("", "made up", form_token("another")):
        assert browser.post("/console/sign-out", data={"form": form}, headers=own(site)).status_code == 403
    sent = browser.post("/console/sign-out", data={"form": form_token(browser.cookies[COOKIE])}, headers=own(site))
    assert sent.headers["location"] == "/console/sign-in?out"
    assert browser.get("/console/").status_code == 303


def own(site: Site) -> dict[str, str]:
    return {"Origin": site.address}


def test_another_site_reads_nothing_but_may_link_to_us(client: Client) -> None:
    browser = client("viewer")
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    framed = {**followed, "Sec-Fetch-Dest": "iframe"}
    assert [browser.get("/console/", headers=one).status_code for one in (picture, framed, followed)] == [403, 403, 200]


def socket(site: Site, token: str, origin: str | None) -> int:
    """What the handshake of a WebSocket is answered with."""
    address = site.address.replace("http", "ws") + SOCKET
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    try:
        with connect(address, additional_headers=headers, origin=origin) as opened:  # type: ignore[arg-type]
            assert str(opened.recv(timeout=5)).startswith("0{")
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def test_a_socket_opens_for_our_own_pages_and_who_is_signed_in(site: Site) -> None:
    token = token_of(site)
    assert socket(site, token, site.address) == 101
    assert socket(site, "", site.address) == 403
    assert socket(site, token, "https://evil.example") == 403
    assert socket(site, token, None) == 403
    with site.house.db.begin() as session:
        sessions.end(session, token, site.console.clock.wall())
    assert socket(site, token, site.address) == 403


def test_opening_a_link_does_not_use_it_and_its_form_is_ours(site: Site, client: Client) -> None:
    token, browser = link(site), client()
    for _ in range(3):
        page = browser.get(f"/console/sign-in/{token}")
        assert page.status_code == 200
    assert browser.head(f"/console/sign-in/{token}").status_code in (200, 405)
    assert browser.post(f"/console/sign-in/{token}", data={"form": "x"}, headers=own(site)).status_code == 403
    form = re.findall(r'name="form" value="(.+?)"', page.text)[0]
    used = browser.post(f"/console/sign-in/{token}", data={"form": form, "next": "//evil.example"}, headers=own(site))
    assert (used.status_code, used.headers["location"]) == (303, "/console/")


def test_tries_to_sign_in_are_counted_and_refusals_are_in_the_audit_log(site: Site, client: Client) -> None:
    browser, token = client(), link(site)
    form = re.findall(r'name="form" value="(.+?)"', browser.get(f"/console/sign-in/{token}").text)[0]
    assert browser.post("/console/sign-in/none", data={"form": form}, headers=own(site)).status_code == 410
    with site.house.db.begin() as session:
        refused = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "console.refused")).one()
        assert refused.reason == "link_unusable"
    answers = [browser.get("/console/sign-in/guess").status_code for _ in range(MOST)]
    assert (answers[0], answers[-1]) == (410, 429)


def test_what_a_proxy_claims_of_our_address_is_not_believed(client: Client) -> None:
    claims = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert "evil" not in client("viewer").get("/console/", headers=claims).text
    assert client().get("/console/", headers=claims).headers["location"].startswith("/console/sign-in")


def test_an_error_shows_nothing_of_itself(site: Site, client: Client, broken: None) -> None:
    answer = client("viewer").get("/console/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.fixture
def broken() -> Iterator[None]:
    """The first page raises."""
    page = AREAS[0].pages[0]
    built = page.build

    async def build(visit: Visit) -> Any:
        raise ValueError("a secret of the database")

    object.__setattr__(page, "build", build)
    yield
    object.__setattr__(page, "build", built)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("/members?search=a", "/members?search=a"),
        ("/cases/12", "/cases/12"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/../../evil", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("/sign-out", "/"),
    ],
)
def test_after_signing_in_one_stays_in_the_console(wanted: str, found: str) -> None:
    assert safe_path(wanted) == found
