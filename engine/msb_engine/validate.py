"""Checks Rasa's own files with Rasa's own validator, and counts its warnings, which Rasa itself lets pass."""

from __future__ import annotations

import logging
import re
import sys
import warnings

from msb_engine import bootstrap, config_guard
from msb_engine.settings import Paths, read_paths

# Rasa can't see that custom actions use most responses, says the second of every domain that has slots, and does not
# know that this intent is decided by the question that is open.
_EXPECTED = re.compile(
    r"The utterance '\w+' is not used in any story or rule\.|Slot auto-fill has been removed .*"
    r"|The intent 'answer_text' is listed in the domain file, but is not found in the NLU training data\."
)


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def findings(paths: Paths) -> list[str]:
    """What Rasa's validator has to say against the files, a line each; empty when all is well.

    Raises:
        config_guard.ConfigRefused: the configuration is not one for this engine.
    """
    config_guard.check(paths.config)
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

    kept = _Kept()
    logging.getLogger("rasa").addHandler(kept)
    try:
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always", UserWarning)
            importer = TrainingDataImporter.load_from_config(str(paths.config), str(paths.domain), [str(paths.data)])
            validator = Validator.from_importer(importer)
            sound = [
                validator.verify_domain_validity(),
                validator.verify_nlu(ignore_warnings=False),
                validator.verify_actions_in_stories_rules(),
                validator.verify_forms_in_stories_rules(),
                validator.verify_form_slots(),
                validator.verify_slot_mappings(),
                validator.verify_story_structure(ignore_warnings=False),
            ]
    finally:
        logging.getLogger("rasa").removeHandler(kept)
    told = [*kept.lines, *(str(warning.message) for warning in raised if issubclass(warning.category, UserWarning))]
    told = [line for line in told if not _EXPECTED.fullmatch(line)]
    return told if told or all(sound) else ["Rasa's validator is not content and does not say why"]


def main() -> int:
    """Prints the findings. Returns the exit code."""
    bootstrap.prepare()
    try:
        told = findings(read_paths())
    except config_guard.ConfigRefused as error:
        told = [str(error)]
    for line in told:
        print(line)
    print(f"{len(told)} findings")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
