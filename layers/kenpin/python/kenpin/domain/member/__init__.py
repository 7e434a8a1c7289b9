"""A member: a person or machine under a pseudonym, with roles and tokens."""
