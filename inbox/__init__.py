"""The staff's inbox in Slack: cases as cards with buttons, and a thread for each."""
