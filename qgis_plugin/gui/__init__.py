"""Windows: the options page, the install dialog, and what they share."""
