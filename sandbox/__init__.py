"""The outside world in miniature: Twilio and Slack as local HTTP servers, two phones, a channel, and a clock.

It imports nothing of the bot but its clock, and the bot reaches it only over HTTP, as it reaches the real providers.
"""
