"""The plumbing of HTTP functions: caller, rights, paging, problems, resolver."""
