"""Supergraph SDL (join spec) into flat maps, and the API schema."""
