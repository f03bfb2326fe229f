"""A serverless sidecar injector for Kubernetes."""

__version__ = "0.1.0"
