"""The HTTP resource of proofs: anchors and digests of rows."""
