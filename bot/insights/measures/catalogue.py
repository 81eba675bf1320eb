"""All measures, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.insights.measures import answers, churn, first_reply, hand_offs, msat, nps, onboarding, retention
from bot.insights.measures.kinds import Kind

MEASURES: Mapping[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (onboarding, retention, nps, msat, churn, answers, hand_offs, first_reply)
}
