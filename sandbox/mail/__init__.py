"""A mail host and the mailboxes behind it: SMTP in, answers, automatic replies and bounces out."""
