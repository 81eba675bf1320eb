"""The torture test: processes are killed, databases restarted and providers made to fail, and then it is counted."""
