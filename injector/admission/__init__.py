"""The two webhooks: a review becomes an answer.

The room web calls the webhooks; they know no HTTP.
"""
