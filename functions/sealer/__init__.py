"""Old history, out of the table into segments."""
