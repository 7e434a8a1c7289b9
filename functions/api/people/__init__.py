"""The HTTP resource of people: names and e-mail addresses."""
