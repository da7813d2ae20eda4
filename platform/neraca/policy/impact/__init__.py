"""What a change of policy does to people, and how a cohort's outcomes are distributed."""
