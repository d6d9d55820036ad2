"""How good the language model is: what it says, beside the map, people and simpler sentences."""
