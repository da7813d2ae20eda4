"""A policy for its readers: pages in words, and the JSON Schema for editors."""
