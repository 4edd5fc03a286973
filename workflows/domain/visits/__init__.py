"""Visits of a stage: their tasks, rounds of remarks, and rework."""
