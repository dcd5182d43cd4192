"""Deliveries of partners: check, receive, keep account, erase."""
