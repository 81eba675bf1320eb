"""The outside world on one page: phones, the staff's Slack, the clock, faults, and a guided tour."""
