"""Written by ``make compiled``."""

JINJA = "3.1.6"
DOCUMENT = "bca4cb45e64a9fc2feb061cd8716d6b677815fc71ce9952c74b4e480b339ef1a"
NAMES = {
    "7f9e94c711a14bf7686b278b1961a92903f0cf2465d2dbace4c8c19a972eaa11": "gateway",
    "edd9477c429351214dc85063c3de368d9a43094e5dadcc0dda442b466319c18e": "sidecar",
}
