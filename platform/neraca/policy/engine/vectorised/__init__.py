"""The columnar engine: the very plan of the explaining engine, over a whole city at once, in int64.

`load` lays cases out by column, whatever the policy; `evaluate` judges the same columns by one plan after another. A
row whose numbers int64 can't hold goes to the explaining engine and its Python ints: nothing overflows, nothing is
rounded twice.
"""

from neraca.policy.engine.vectorised.evaluation import EvaluationResults, NodeColumn, WordColumn, evaluate
from neraca.policy.engine.vectorised.layout import Columns
from neraca.policy.engine.vectorised.loader import load
from neraca.policy.engine.vectorised.overflow_proof import proof
from neraca.policy.engine.vectorised.proofs import Proof

__all__ = ["Columns", "EvaluationResults", "NodeColumn", "Proof", "WordColumn", "evaluate", "load", "proof"]
