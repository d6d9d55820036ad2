"""The guide: a siamese network that marks what changed and whether it appeared."""
