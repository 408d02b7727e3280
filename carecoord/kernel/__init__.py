"""
Shared vocabulary with no dependency: identifiers, units, calendar, errors, actor.
"""
