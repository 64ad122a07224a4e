"""The lab is trusted by every story, so it is tested with a stock client and by plain HTTP."""
