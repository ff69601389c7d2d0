"""Passes over recordings: each returns a recording that computes the same in fewer or cheaper kernel calls."""
