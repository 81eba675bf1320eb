"""What a member-success team is measured by: what each figure means, how it is counted, and what it came to."""
