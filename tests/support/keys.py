"""
The secret of encrypted columns in tests: one for the tests and for the servers they start.
"""

SECRET = "a secret for the tests alone of enough characters"
