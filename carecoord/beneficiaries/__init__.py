"""
People supported.
"""
