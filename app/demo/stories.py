"""The stories of the tour, played through the real processes and printed as a transcript."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx

from app.demo.ready import wait_until_ready
from app.demo.run import say
from console.sandbox.tour.stories import STORIES
from console.sandbox.tour.stories import play as play_story
from console.sandbox.world import Broken, World


def play(world: World, wanted: str) -> bool:
    """Plays one story or all of them; says whether all went well."""
    if wanted != "all" and wanted not in STORIES:
        say(f"There is no story {wanted!r}; there are {', '.join(STORIES)} and all.")
        return False
    chosen = STORIES if wanted == "all" else {wanted: STORIES[wanted]}
    passed = 0
    for story in chosen.values():
        say(f"\n{story.title}. {story.says}")
        try:
            play_story(story, story.scene(world))
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
