"""The rules of the house: each test's name is its rule."""
