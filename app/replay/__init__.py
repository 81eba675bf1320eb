"""Recorded requests of providers, sent to a gateway on a scratch database, and what the system makes of them."""
