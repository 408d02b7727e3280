"""
Planning runs and the rounds people actually follow.
"""
