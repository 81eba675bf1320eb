"""The inbox for staff without Slack."""
