"""Copy old history from the table into segments."""
