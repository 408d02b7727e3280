"""
Page handlers.
"""
