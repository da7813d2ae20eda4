"""The columnar engine: the very plan of the explaining engine, over a whole city at once, in int64.

`load` lays cases out by column, whatever the policy; `evaluate` judges the same columns by one plan after another. A
row whose numbers int64 can't hold goes to the explaining engine and its Python ints: nothing overflows, nothing is
rounded twice.
"""

from neraca.policy.columns.evaluate import NodeColumn, Sheets, WordColumn, evaluate
from neraca.policy.columns.layout import Columns
from neraca.policy.columns.load import load
from neraca.policy.columns.proof import Proof, proof

__all__ = ["Columns", "NodeColumn", "Proof", "Sheets", "WordColumn", "evaluate", "load", "proof"]
