"""The built-in OpenID Connect issuer of the single node: accounts, sign-in pages, tokens with Cognito's claims."""
