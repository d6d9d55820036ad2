"""Measures of the models and of the layers they lead to, by the project's own rules."""
