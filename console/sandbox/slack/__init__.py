"""The staff's Slack, as the emulator has it: drawn from its real Block Kit, and used as in Slack."""
