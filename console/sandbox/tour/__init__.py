"""The guided tour: six stories, told step by step through the same doors that people and providers use."""
