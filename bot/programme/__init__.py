"""The programme as content: what staff write in `journeys/`, read, checked and asked questions of.

`models` are the records, `loader` reads the folder, `navigate` finds the way through a journey, `phrases` fills in
texts.
"""
