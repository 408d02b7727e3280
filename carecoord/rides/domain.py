"""
Solidarity transport: structs and commands.
"""
