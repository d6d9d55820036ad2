"""``python -m training world``: a window of the generated world as files."""
