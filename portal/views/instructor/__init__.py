"""What the instructor may see: everything, except which option is right while the question is open.

Laptops are mirrored onto the hall's screen, so the key stays out of these views until the close.
"""
