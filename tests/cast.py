"""The fixed cast. Everybody appears under the same name everywhere; Mallory must be refused everywhere.

Two counties: the village of Pingle (and its neighbour Shangdong) in Liandu, and Xiaozhou in Qingtian, which is nobody's business here.
"""

from domain.places import Area, AreaLevel

CITY = Area("3311", "丽水市", AreaLevel.CITY, None)
COUNTY = Area("331102", "莲都区", AreaLevel.COUNTY, "3311")
TOWNSHIP = Area("331102001", "紫金街道", AreaLevel.TOWNSHIP, "331102")
VILLAGE = Area("331102001201", "平乐村", AreaLevel.VILLAGE, "331102001")
NEXT_VILLAGE = Area("331102001202", "上东村", AreaLevel.VILLAGE, "331102001")
OTHER_COUNTY = Area("331121", "青田县", AreaLevel.COUNTY, "3311")
OTHER_TOWNSHIP = Area("331121001", "鹤城街道", AreaLevel.TOWNSHIP, "331121")
OTHER_VILLAGE = Area("331121001201", "小舟村", AreaLevel.VILLAGE, "331121001")
AREAS = (CITY, COUNTY, TOWNSHIP, VILLAGE, NEXT_VILLAGE, OTHER_COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE)

WARDEN = ("陈村管", "13805780001")
KEEPER = ("李守站", "13805780002")
OFFICER = ("周值班", "13805780003")
APPROVER = ("吴审批", "13805780004")
OTHER_OFFICER = ("郑外县", "13805780005")
MALLORY = ("马洛瑞", "13805780666")

LIN = ("林大山", "13905780011")
LIN_WIFE = ("王小娥", None)
LIN_SON = ("林小山", None)
GRANNY_HU = ("胡阿婆", None)
YE = ("叶建国", "13905780012")
