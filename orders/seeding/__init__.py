"""Invented buyers by the hundred thousand, for demonstrations and load tests."""

from .service import SeedResult, seed_orders

__all__ = ["SeedResult", "seed_orders"]
