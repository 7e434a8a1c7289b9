"""Networks that Kenpin can train, one folder each."""
