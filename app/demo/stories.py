"""The five stories of the demonstration, played through the real processes and printed as a transcript."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from app.demo.run import START_OF_DAY, next_story_day, say
from app.demo.world import Broken, Case, World, wait_until_ready

DAY = timedelta(days=1)


def done_then_stuck(world: World) -> None:
    """(a) Ana answers, is congratulated and guided on; later she is stuck, and then a person comes."""
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"Ana.*sign in")
    ana.says("yep did it last nite")
    ana.expects(r"your first sign-in.*profile form")
    world.push(timedelta(hours=5))
    ana.says("stuck on the form")
    ana.expects(r"https?://")
    ana.says("still stuck")
    ana.expects(r"Maria Okafor")
    case = Case.appears(world, "Ana Lima")
    case.shows(r"profile form")
    ana.stays_silent("a person has been asked")


def silent_then_a_person(world: World) -> None:
    """(b) Ben is silent: two touches, then a case. Maria claims it, notes, replies, resolves; the bot is back, once."""
    ben = world.enrol("Ben Ito", "+12025550172")
    ben.expects(r"Ben.*sign in")
    world.push(2 * DAY)
    ben.expects(r"Maria Okafor")
    world.push(2 * DAY)
    case = Case.appears(world, "Ben Ito")
    ben.stays_silent("a person takes over")
    case.click("Maria", "claim")
    case.shows(r"Maria Okafor")
    case.say("Maria", "His colleague says he is moving house.")
    ben.stays_silent("the note is private")
    case.say("Maria", "> Hi Ben, Maria here. I heard you are moving. Can I help with anything?")
    ben.expects(r"^Hi Ben, Maria here\. I heard you are moving\. Can I help with anything\?$")
    ben.says("that's kind! I'll sign in at the weekend")
    case.thread_shows(r"sign in at the weekend")
    ben.stays_silent("the conversation is Maria's")
    case.click("Jonas", "resolve")
    case.submits("Jonas", {"text": "Will sign in at the weekend"})
    ben.expects(r"assistant, is back")
    case.shows(r"resolved")
    ben.stays_silent("the bot says once that it is back")


def stop_and_start(world: World) -> None:
    """(c) Cleo texts STOP in mid-ladder: nothing more is sent. Later she texts START."""
    cleo = world.enrol("Cleo Park", "+12025550173")
    cleo.expects(r"Cleo.*sign in")
    cleo.says("STOP")
    cleo.expects(r"unsubscribed|opted out|no more messages")
    world.push(5 * DAY)
    cleo.stays_silent("she said STOP")
    cleo.says("START")
    cleo.expects(r"subscribed|welcome back|opted in|receive messages")
    world.push(DAY + timedelta(hours=1))
    cleo.expects(r"sign in")


def away_until(world: World) -> None:
    """(d) Dev is away until a date: the ladder waits, and goes on when he is back."""
    dev = world.enrol("Dev Rao", "+12025550174")
    dev.expects(r"Dev.*sign in")
    back = world.now() + 10 * DAY
    dev.says(f"I'm on holiday until the {ordinal(back.day)} of {back:%B}")
    dev.expects(rf"{back.day} {back:%B}")
    world.push(4 * DAY)
    dev.stays_silent("he is away")
    world.push(5 * DAY)
    dev.stays_silent("he is still away")
    world.push_to(at_start_of_day(back))
    dev.expects(r"Maria Okafor")


def unknown_number(world: World) -> None:
    """(e) Somebody unknown writes: a polite answer, and a note to staff."""
    stranger = world.phone("A stranger", "+12025550198")
    stranger.says("Hi, is this the institute? I changed my number")
    stranger.expects(r"don't recognize this number")
    Case.appears(world, "+12025550198")
    stranger.says("hello??")
    stranger.stays_silent("one answer a day is enough")


STORIES: dict[str, Callable[[World], None]] = {
    "a": done_then_stuck,
    "b": silent_then_a_person,
    "c": stop_and_start,
    "d": away_until,
    "e": unknown_number,
}


def ordinal(day: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th ..."""
    suffix = "th" if 10 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def at_start_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), START_OF_DAY, tzinfo=UTC)


def play(world: World, wanted: str) -> bool:
    """Plays one story or all of them; says whether all went well."""
    if wanted != "all" and wanted not in STORIES:
        say(f"There is no story {wanted!r}; there are {', '.join(STORIES)} and all.")
        return False
    chosen = STORIES if wanted == "all" else {wanted: STORIES[wanted]}
    passed = 0
    for story in chosen.values():
        say(f"\n{story.__doc__}")
        try:
            world.push_to(next_story_day(world.now()))
            story(world)
        except (Broken, httpx.HTTPError) as error:
            say(f"  FAILED: {error}")
        else:
            passed += 1
    say(f"\n{passed} of {len(chosen)} stories passed.")
    return passed == len(chosen)


def main() -> None:
    """Arguments: the story, the sandbox's address, the gateway's address, an API key, the file for the verdict."""
    wanted, page, gateway, key, verdict = sys.argv[1:6]
    problem = wait_until_ready(page, gateway)
    if problem:
        say(f"Not ready: {problem}.")
        sys.exit(1)
    passed = play(World(page, gateway, key, say), wanted)
    Path(verdict).write_text("passed" if passed else "failed")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
