"""Tests of derivatives of every order."""
