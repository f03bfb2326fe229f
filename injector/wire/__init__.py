"""The wire format of API servers: reviews, webhooks' paths and configurations.

Every room above may import this one; it decides nothing about a pod.
"""
