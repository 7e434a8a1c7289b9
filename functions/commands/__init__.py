"""Every write of the API."""
