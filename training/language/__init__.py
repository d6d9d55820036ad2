"""The small language model: its words, its network, its training, its export."""
