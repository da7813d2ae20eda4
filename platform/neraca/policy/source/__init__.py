"""From texts to a resolved policy: YAML trees, binding to types, inheritance, hashes, differences."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy.source import agency_files, binding, diff, hashes, inheritance, yaml_tree

__all__ = ["agency_files", "binding", "diff", "hashes", "inheritance", "yaml_tree"]
