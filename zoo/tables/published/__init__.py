"""The published tables, one a file."""
