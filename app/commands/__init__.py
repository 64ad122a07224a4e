"""One file per noun of the command line; each ends with `register`."""
