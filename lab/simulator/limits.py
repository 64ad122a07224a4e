"""The sizes and times at which Telegram begins to refuse."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Documented Bot API limits. Lengths count UTF-16 units, which is never laxer than Telegram; times in seconds."""

    text: int = 4096
    caption: int = 1024
    callback_data_bytes: int = 64
    callback_answer: int = 200
    start_payload: int = 64
    callback_seconds: float = 15.0
    message_kept_seconds: float = 24 * 3600.0
    callback_kept_seconds: float = 150.0
    delete_seconds: float = 48 * 3600.0
    request_bytes: int = 50 * 1024 * 1024
    photo_bytes: int = 10 * 1024 * 1024
    photo_sides: int = 10_000
    photo_ratio: int = 20
    photo_longest: int = 2560
    download_bytes: int = 20 * 1024 * 1024
    album: int = 10
    poll_seconds: int = 50
    webhook_seconds: float = 60.0
    webhook_backoff: float = 2.0
    webhook_backoff_longest: float = 60.0
    preview_seconds: float = 3.0
    preview_bytes: int = 64 * 1024
    preview_hops: int = 5
    sends_per_second: int = 30
    sends_per_group_minute: int = 20
    burst: int = 45
    burst_per_chat: int = 3
    longest_wait: int = 20
