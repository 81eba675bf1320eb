"""Journeys as maps, ladders by rung, and the check of the content files."""
