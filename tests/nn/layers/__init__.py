"""Tests of layers of tensors."""
