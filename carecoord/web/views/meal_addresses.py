"""
Addresses of the pages of meals.
"""

HOME_PATH = "/repas"
SUBSCRIPTIONS_PATH = "/repas/abonnements"
KITCHEN_PATH = "/repas/cuisine"
PACKING_PATH = "/repas/preparation"
FOYERS_PATH = "/repas/foyers"
SETTINGS_PATH = "/repas/reglages"
