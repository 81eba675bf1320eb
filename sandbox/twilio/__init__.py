"""Twilio's Messages API, its signed webhooks, and the phones behind it."""
