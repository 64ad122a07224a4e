"""The HTTP entrance. One request is one service call and one page or JSON; no rules, no SQL, no Telegram."""
