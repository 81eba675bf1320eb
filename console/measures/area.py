"""The pages of this part."""

from __future__ import annotations

from console.measures import files, overview, page, survey
from console.pages import Area, Download, Page

AREA = Area(
    [
        Page("/measures", "Measures", overview.build, icon="insights"),
        Page("/measures/surveys/{key}", "Survey", survey.build, names_itself=True),
        Page("/measures/{name}", "Measure", page.build, names_itself=True),
    ],
    downloads=[
        Download("/measures/surveys/{key}/table.csv", files.survey_csv),
        Download("/measures/{name}/table.csv", files.csv),
        Download("/measures/{name}/chart.png", files.png),
    ],
)
