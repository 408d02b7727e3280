"""
Communes by INSEE code: reference data shared by all organisations.
"""
