"""The Telegram entrance. One update is one service call and one view; no rules, no SQL."""
