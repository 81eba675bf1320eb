"""The programme on made-up members and a calendar that is pushed on: what it sends to whom, and what comes of it."""
