"""The two webhooks: each answers a review.

The room web calls the webhooks; they know no HTTP.
"""
