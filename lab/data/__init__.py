"""What demo, stories and tests need to know about the real world; README.md says where each file is from."""
