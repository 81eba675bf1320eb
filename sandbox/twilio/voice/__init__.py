"""Twilio's calls: they ring, are picked up, fetch TwiML and do what it says."""
