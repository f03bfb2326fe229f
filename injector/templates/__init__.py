"""Text and context to overlay. Knows nothing of Kubernetes."""
