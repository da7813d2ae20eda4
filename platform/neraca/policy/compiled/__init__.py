"""A resolved policy compiled once into steps of integers, which both engines follow."""
