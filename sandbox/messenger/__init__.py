"""Facebook Messenger: the part of the Graph API that pages use, and the people who write to a page."""
