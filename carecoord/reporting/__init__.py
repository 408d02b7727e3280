"""
Indicators read from SQL views only.
"""
