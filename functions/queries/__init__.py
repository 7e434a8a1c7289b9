"""Every read of the API."""
