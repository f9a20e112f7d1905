"""Exercises: the engine, written once more by a student, part by part, and graded by pytest.
"""
