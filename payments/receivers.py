"""Signals this app listens to; each receiver calls its service."""
