"""The language models: the small one made from nothing, the large one tuned with an adapter."""
