"""Procrastinate, a PostgreSQL task engine: it carries word between machines of which lane has work.

A job says only "look at this lane". The work itself is rows of our own, so a job that is lost, doubled or late costs
time and nothing else.
"""
