"""
The day of a person across services, and the plan of three services together.
"""
