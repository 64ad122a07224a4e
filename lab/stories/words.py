"""What the cast types, in Chinese and, for a demo in English, in English. Names of people and places stay as they are."""

ENGLISH = {
    "沿村道向东到老石桥，过桥后走雅溪路；不要走溪边小路": "east along the village road to the old stone bridge, then Yaxi Road; not the path by the stream",
    "碧湖镇 大陈村 表哥家": "Bihu, Dachen village, at a cousin's",
    "碧湖镇 大陈村 姐姐家": "Bihu, Dachen village, at my sister's",
    "丽水市区 中山街 12 号": "Lishui city, 12 Zhongshan Street",
    "上陈村 隔壁邻居家": "next door in Shangchen village",
    "老人腿脚不便，走不了": "an old man who cannot walk",
    "邻村祠堂": "the ancestral hall of the next village",
    "村口涵洞进水，积水到膝盖": "The culvert at the village entrance is full; water to the knee",
    "溪水漫上机耕路，水还在涨": "The stream runs over the field road, and is still rising",
    "屋后山坡滑塌，土方堵住半边路": "The slope behind the houses has slipped; earth on half of the road",
    "公路边坡塌方，有落石": "The slope above the road is coming down; stones are falling",
    "大树倒在路上，车过不去": "A large tree lies on the road; no car gets through",
    "路面冲空，只能走人": "The road is washed out below; only people on foot can pass",
    "老屋山墙开裂，有一角塌了": "The gable of an old house is cracked; one corner is down",
    "牛棚屋顶掀掉，住房墙面裂缝": "The roof of the cowshed is gone; cracks in the wall of the house",
    "电线杆倒了，线垂到路上": "A pole is down; the line hangs onto the road",
    "全村停电，变压器有火花": "No power in the whole village; sparks at the transformer",
    "堤脚渗水，水是浑的": "Water seeps through the foot of the dyke, and it is muddy",
    "防洪堤缺口约两米": "A gap of about two metres in the dyke",
    "晒谷坪边的柴房起火": "A woodshed by the threshing floor is on fire",
    "配电房冒烟": "Smoke from the switch room",
    "老石桥东头": "east end of the old stone bridge",
    "村文化礼堂后面": "behind the village hall",
    "水库管理房旁": "beside the reservoir keeper's house",
    "三岔路口小卖部门前": "in front of the shop at the fork",
    "后山公路弯道处": "at the bend of the road behind the hill",
    "已派人处置，现场恢复正常": "People were sent; all is in order again",
    "培训": "raining",
    "今夜到明天有大暴雨，小流域山洪和地质灾害风险高": "Very heavy rain from tonight to tomorrow; flash floods and landslides are likely",
    "值守人员立即到岗，逐户查看低洼和山边住户，险情先报告后处置":
        "Be at your post at once, look in on every house by the water and below a slope, and report before you act",
}  # fmt: skip


def in_words(text: str, language: str) -> str:
    """The same in this language; what nobody translated stays."""
    return ENGLISH.get(text, text) if language == "en" else text
