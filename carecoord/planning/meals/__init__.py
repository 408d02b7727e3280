"""
Rounds of meal delivery: several trips a day, two compartments, production times, cold and hot chain.
"""
