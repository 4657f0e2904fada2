"""Competencies: frameworks in CASE shapes, the map from critical action to content, proficiency with its evidence."""
