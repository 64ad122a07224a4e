"""What the crowd of the benchmark is told, in both languages: what may happen, and what to do."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "zh_CN": (
        "今天夜里到明天有大风，阵风八到九级，沿海和高山可达十级。",
        "请关好门窗，收起阳台上的花盆和衣架；在棚屋、临时房里过夜的人今晚到村文化礼堂；不要去海边和山溪。",
    ),
    "en": (
        "Strong wind tonight and tomorrow, gusts of force 8 to 9, up to 10 on the coast and in the hills.",
        "Close doors and windows and take in what stands on the balcony. Who sleeps in a shed goes to the village hall tonight. Keep away from the shore.",
    ),
}
