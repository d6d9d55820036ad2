"""The language model's side: what it is asked, and what its answers are worth.

Nothing here needs a model: prompts are made and answers are read as text.
"""
