"""What tries a policy out: cases from outside, the tests inside policy files, synthetic cases, sensitivity."""
