"""
Aides: contracts, skills, availability, absences.
"""
