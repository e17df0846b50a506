"""What each audience may see: frozen dataclasses made from the shown state, one for each region of a page."""
