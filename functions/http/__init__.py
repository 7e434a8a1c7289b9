"""What the HTTP functions share: who asks, what errors look like, how a resolver is made."""
