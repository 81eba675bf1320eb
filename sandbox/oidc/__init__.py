"""An OpenID Connect provider in miniature: the organisation's own accounts, with which staff sign in."""
