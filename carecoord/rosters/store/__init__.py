"""
All SQL of rosters: runs, rosters and their stops, the past, pins and continuity.
"""
