"""A member: a person or a machine by its pseudonym, the roles it was given, and the tokens it made."""
