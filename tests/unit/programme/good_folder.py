"""A small folder of content without mistakes, for tests to put mistakes into."""

from __future__ import annotations

from pathlib import Path

from bot.programme.loader import check_folder

BASE = """\
organisation: {name: O, programme_name: P, team_name: T, help_contact: h@example.org, website: "https://example.org"}
hours: {start: 09:00, end: 20:00, weekdays: [mon]}
caps: {per_day: 1, per_week: 3}
segments: [{key: everybody, name: Everybody}]
senders: {programme: {name: P, kind: programme}}
resources: {form_help: {title: Form, url: "https://example.org/form", text: "See {link}"}}
"""
TEXTS = """\
texts:
  stop_confirmation: stopped
  start_confirmation: started
  help: help
  stranger: stranger
  engine_down: down
  distress: sorry
  handoff_opened: opened
  back_to_bot: back
  confirm_name: confirm_name
  linked: linked
  link_refused: link_refused
  not_them: not_them
  wrong_number: wrong_number
  code: code
  code_sent: code_sent
  code_refused: code_refused
  confirm_email: confirm_email
  choice_gone: choice_gone
  bundled: "{ask} {other}"
  stranger_distress: stranger_distress
"""
LADDERS = """\
ladders:
  standard:
    rungs:
      - modality: sms
        sender: programme
        wait: 2d
        text: "Hi {first_name}, {ask}"
    then: {team: member_success, priority: normal}
"""
JOURNEY = """\
journey:
  key: onboarding
  name: Onboarding
  stage: onboarding
  milestones:
    - key: settled_in
      name: Settled in
      celebrate: Well done, {first_name}.
      steps:
        - key: form
          name: your form
          ask: Is your form done?
          guide: "Here: {link}"
          due: {after: joined, offset: 1d}
          ladder: standard
          resource: form_help
        - key: hello
          name: your hello
          ask: Have you said hello?
          guide: Say hello.
          due: {after: previous_step, offset: 2d}
          ladder: standard
          bridge: training
"""
GOOD = {"base.yml": BASE, "texts.yml": TEXTS, "ladders.yml": LADDERS, "journeys/onboarding.yml": JOURNEY}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, files: dict[str, str]) -> list[str]:
    """What the loader says about these files."""
    programme, found = check_folder(write(folder, files))
    assert (programme is None) is bool(found)
    return [str(problem) for problem in found]
