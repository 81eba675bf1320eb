"""The auditor: derives from the tables, on its own, what should have happened, and reports what did not fit.

It calls neither the contact policy nor the ladder: what is wrong there is to be found here.
"""
