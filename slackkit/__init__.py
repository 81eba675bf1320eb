"""What the staff's inbox and the channel to members in Slack share: pure helpers around Slack's own library."""
