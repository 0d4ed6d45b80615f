"""Tests of the array engine."""
