"""A copy of the programme in which one ladder asks by e-mail, as somebody else, by chat, and by a call."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from app.places import ROOT

RUNGS = """\
    rungs:
      - modality: email
        sender: programme
        wait: 3d
        subject: A question about {step}
        text: "Hi {first_name}, {sender} here. {ask}"
      - modality: email
        sender: msm
        wait: 3d
        subject: A question about {step}
        text: "Hi {first_name}, it's {msm} at {organisation}. {ask} If not, tell me what's in the way."
      - modality: chat
        sender: programme
        wait: 3d
        text: "{first_name}, a quick one. {ask}"
      - modality: voice
        sender: programme
        wait: 3d
        text: "This is {sender}, the assistant of {organisation}. {ask}"
    then: {team: member_success, priority: normal}
"""


def copy_with_all_channels(folder: Path) -> Path:
    """The programme's folder, with caps that let a whole ladder pass within two weeks."""
    shutil.copytree(ROOT / "journeys", folder)
    (folder / "surveys.yml").unlink()  # they have stories of their own
    path = folder / "ladders.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["ladders"] |= {key: yaml.safe_load(RUNGS) for key in ("welcome", "standard")}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder
