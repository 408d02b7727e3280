"""
All statements of this feature.
"""
