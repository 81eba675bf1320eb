"""A line of the log: what it is about, for machines or for people, and nothing of anybody."""

from __future__ import annotations

import contextvars
import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from app import log
from app.observing import observed
from bot import correlation, metrics
from bot.config import Settings

SAID = logging.getLogger("bot.somewhere")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The log of the tests themselves comes back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    correlation.clear()


def written(**how: Any) -> io.StringIO:
    stream = io.StringIO()
    log.set_up(**{"as_json": True, "stream": stream, **how})
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_the_work_in_hand_is_about() -> None:
    stream = written()
    correlation.clear()
    with correlation.scope("in-7"):
        SAID.info("turn", extra={"ms": 12})
    SAID.info("nothing in hand")
    first, second = lines(stream)
    assert (first["event"], first["correlation"], first["ms"], first["level"]) == ("turn", "in-7", 12, "info")
    assert "correlation" not in second


def test_whoever_waits_for_threads_learns_what_they_were_about() -> None:
    with correlation.scope() as scope:
        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: context.run(correlation.add, "in-8"))
        thread.start()
        thread.join()
        assert correlation.current() == "in-8"
    assert (scope.names, correlation.current()) == (["in-8"], "")


def test_work_on_several_messages_names_them_all_once() -> None:
    with correlation.scope("in-1"):
        correlation.add("in-2")
        correlation.add("in-1")
        assert correlation.current() == "in-1,in-2"


def test_addresses_and_secrets_are_masked_in_words_values_and_errors() -> None:
    settings = Settings(
        _env_file=None, engine_token="open-sesame-42", database_url="postgresql+psycopg://msb:pass-word-9@db/msb"
    )
    stream = written(secrets=log.secrets_of(settings))
    try:
        int("no such phone: +14155550123, open-sesame-42")
    except ValueError:
        SAID.exception("sending to %s failed", "ana@example.org", extra={"to": ["+14155550123"], "db": "pass-word-9"})
    text = stream.getvalue()
    for personal in ("4155550123", "ana@", "open-sesame", "pass-word-9"):
        assert personal not in text
    assert "Traceback" in lines(stream)[0]["exception"]


def test_a_short_secret_does_not_tear_words_apart() -> None:
    assert log.secrets_of(Settings(_env_file=None, engine_token="e", actions_token="long-enough")) == ["long-enough"]


def test_people_read_plain_lines() -> None:
    stream = written(as_json=False)
    with correlation.scope("check-in-3"):
        SAID.warning("late")
    assert "late" in stream.getvalue()
    assert "correlation=check-in-3" in stream.getvalue()


@pytest.mark.parametrize(("level", "seen"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_the_level_is_a_setting(level: str, seen: int) -> None:
    stream = written(level=level)
    for say in (SAID.debug, SAID.info, SAID.warning, SAID.error):
        say("word")
    assert len(lines(stream)) == seen


def test_libraries_that_talk_much_are_heard_when_they_warn() -> None:
    stream = written(level="DEBUG")
    logging.getLogger("httpx").info("GET https://api.example.org/members/+14155550123")
    logging.getLogger("httpx").warning("slow")
    assert [line["event"] for line in lines(stream)] == ["slow"]


def test_a_process_says_when_it_begins_and_ends_and_who_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with observed(Settings(_env_file=None, log_json=True, log_level="WARNING"), "worker"):
        SAID.warning("at work")
    with observed(Settings(_env_file=None), "worker", json_logs=True):
        pass
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert events == ["at work", "started", "stopped"]
    [family] = metrics.info.collect()
    assert "worker" in {sample.labels["role"] for sample in family.samples}


def test_loggers_are_quiet_for_a_while_only() -> None:
    stream = written()
    with log.quiet("bot"):
        SAID.info("unheard")
    SAID.info("heard")
    assert [line["event"] for line in lines(stream)] == ["heard"]
