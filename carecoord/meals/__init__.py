"""
Meal delivery: kitchens, subscriptions, orders, delivery rounds.
"""
