"""Models as files that other programs run: graph, description, card, and the check that they answer alike."""
