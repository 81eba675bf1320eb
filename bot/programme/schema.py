"""The JSON Schema of the content files, which editors use to complete and check them.

``python -m bot.programme.schema > journeys/schema.json`` writes it; a test holds that the file is current.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.programme.models import Programme


def json_schema() -> dict[str, Any]:
    """One schema for every file: any of the programme's sections, and `journey` for a file that holds one journey."""
    schema = Programme.model_json_schema(mode="validation")
    sections = schema["properties"]
    (journey,) = sections.pop("journeys")["patternProperties"].values()
    for section in sections.values():
        if "patternProperties" in section:
            section["additionalProperties"] = False  # a key of the wrong form is an error in the editor too
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Content of a member-success programme",
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {**sections, "journey": journey},
        "$defs": schema["$defs"],
    }


def schema_text() -> str:
    """The schema as it stands in `journeys/schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
