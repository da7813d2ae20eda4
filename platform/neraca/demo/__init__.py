"""A synthetic year of five agencies, lived through the same commands as any other: nothing gets in by a back door."""
