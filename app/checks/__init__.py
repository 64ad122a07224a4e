"""What `mashang doctor` looks at, one file for each part of the house; each works without the others, and when the house is not made yet."""
