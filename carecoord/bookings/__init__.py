"""
When each person is taken: visits, rides and meals of every service, in one place.
"""
