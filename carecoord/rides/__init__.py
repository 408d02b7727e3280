"""
Solidarity transport: requests taken by phone, volunteer drivers, rides.
"""
