"""What the plugin docks beside the map."""
