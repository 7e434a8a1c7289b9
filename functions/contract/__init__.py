"""Generators of the published contract: the OpenAPI document and the schemas of events."""
