"""
Use cases of vigilance.
"""
