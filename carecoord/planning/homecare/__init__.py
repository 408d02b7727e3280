"""
Home help: skills, windows, continuity, two-person visits, the week as one problem.
"""
