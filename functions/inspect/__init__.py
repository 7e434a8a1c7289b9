"""Inspection of a picture in the request."""
