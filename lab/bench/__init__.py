"""Measurements that anybody can repeat: `mashang bench NAME --json`. They drive the house from outside, as stories do."""
