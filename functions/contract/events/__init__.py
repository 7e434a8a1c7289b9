"""The published contract of events, generated from the code: schemas, examples, and the reference page."""
