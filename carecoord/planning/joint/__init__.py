"""
Three services planned so that nobody is wanted in two places at once.
"""
