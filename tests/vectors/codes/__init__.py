"""What every reader of codes must make of these texts. Written by make_vectors.py; codes/SPEC.md says why."""
