"""Tuning a model's decisions on what people confirmed and rejected at one place."""
