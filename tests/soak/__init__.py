"""The function as a process of its own, under load and under fire."""
