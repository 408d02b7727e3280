"""
Home-care coordination for French CCAS and home-help providers.
"""

__version__ = "0.1.0"
