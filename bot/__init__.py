"""What the bot decides: members, journeys, outreach, conversation, hand-offs. Imports nothing of the edges."""
