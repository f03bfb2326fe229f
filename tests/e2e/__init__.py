"""The function at a real API server."""
