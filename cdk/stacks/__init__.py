"""One stack per thing that is deployed, watched and torn down on its own."""
