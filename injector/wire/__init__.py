"""What API servers and webhook configurations say: reviews, addresses, deadlines.

Every room above may import this one; it decides nothing about a pod.
"""
