"""What waits for a person, dataset by dataset."""
