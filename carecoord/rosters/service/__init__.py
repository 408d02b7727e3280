"""
Use cases of rosters: runs, their execution, boards, publication, moves, pins.
"""
