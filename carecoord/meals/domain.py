"""
Meal delivery: structs and commands.
"""
