"""From texts to a resolved policy: YAML trees, binding to types, inheritance, hashes, differences."""
