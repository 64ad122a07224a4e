"""Buttons, one file per noun. They carry what a tap means and decide nothing."""
