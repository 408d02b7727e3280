"""
Rows of this feature.
"""
