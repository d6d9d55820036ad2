"""Where labelled pairs come from: one module per source."""
