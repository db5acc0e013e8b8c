"""Vendors, menus, products and their search."""
