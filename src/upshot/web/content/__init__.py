"""Courses that are launched here: cmi5 and SCORM packages, imported, opened, and followed to their end."""
