"""Registrations of partners: read trajectories, merge overlapping ones, count the registration KPIs."""
