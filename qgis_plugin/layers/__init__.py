"""Layers that explain themselves: results in the project, their pictures, tips and actions."""
