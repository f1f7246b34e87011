"""The words of lists as offices write them, and what they mean on the wire."""

import re
import unicodedata
from collections.abc import Mapping

from api.domain.departments import Unit
from api.domain.elders import Ability, Category, EconomicKind
from api.domain.identity import Sex
from api.domain.leads import LeadSource, Origin
from api.domain.observations import Change, DiseaseStatus, PopulationKind, Safety
from api.domain.policy import Method, Place, Tier
from api.domain.proof import SignatureKind
from api.domain.providers import FORCE_WORDS, ForceKind
from api.domain.registration import AidOrg, Benefit, IncomeSource
from api.domain.visits import Outcome, RefusedBy, Whereabouts

SEPARATORS = re.compile(r"[、，,/\\;；|+＋\s]+|和|及")
_BRACKETED = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_UNTICKED = re.compile(r"[□☐][^□☐☑■√✓]*")
_TICKED = re.compile(r"[☑■√✓]")
_ENDING = re.compile(r"(?:老年人|老人|对象|人员)$")

SEXES: Mapping[str, Sex] = {
    **dict.fromkeys(("男", "男性", "1", "男1", "M"), Sex.MALE),
    **dict.fromkeys(("女", "女性", "2", "女2", "F"), Sex.FEMALE),
}

CATEGORIES: Mapping[str, Category] = {
    **{category.word: category for category in Category},
    **dict.fromkeys(("重度残疾", "重度残疾人"), Category.SEVERELY_DISABLED),
    **dict.fromkeys(
        ("计划生育特殊", "计生特殊家庭", "计生特殊", "计特家庭", "计划生育特殊困难家庭"),
        Category.FAMILY_PLANNING_SPECIAL,
    ),
}
CATEGORY_CONFUSIONS: Mapping[str, str] = {
    "孤独": "孤寡",
    "孤老": "孤寡",
    "鳏寡": "孤寡",
    "单独": "独居",
    "独处": "独居",
    "独自居住": "独居",
    "半失能": "失能",
    "残疾": "重残",
    "失独": "计划生育特殊家庭",
    "计生": "计划生育特殊家庭",
    "计划生育": "计划生育特殊家庭",
}
_CATEGORY_RUN = re.compile(f"(?:{'|'.join(sorted(CATEGORIES, key=len, reverse=True))})+")

ABILITIES: Mapping[str, Ability] = {
    **dict.fromkeys(("能力完好", "完好", "自理", "能自理", "完全自理", "生活自理", "0", "0级"), Ability.INTACT),
    **dict.fromkeys(("轻度失能", "轻度", "能力轻度受损", "轻度受损", "1", "1级"), Ability.MILD),
    **dict.fromkeys(("中度失能", "中度", "能力中度受损", "中度受损", "2", "2级"), Ability.MODERATE),
    **dict.fromkeys(("重度失能", "重度", "能力重度受损", "重度受损", "3", "3级"), Ability.SEVERE),
    **dict.fromkeys(("完全失能", "能力完全丧失", "完全丧失", "4", "4级"), Ability.TOTAL),
}
ABILITY_CONFUSIONS: Mapping[str, str] = {
    "半自理": "中度失能",
    "半失能": "中度失能",
    "不能自理": "重度失能",
    "失能": "重度失能",
}

ECONOMIC_KINDS: Mapping[str, EconomicKind] = {
    **dict.fromkeys(
        ("特困人员", "特困", "特困供养", "特困户", "特困供养人员", "五保", "五保户"),
        EconomicKind.EXTREME_HARDSHIP,
    ),
    **dict.fromkeys(
        # the form has one box for 低保 and 低保边缘: who ticks it says at least 低保边缘
        ("低保边缘", "低保边缘户", "低保边缘家庭", "低保边缘人员", "低边", "低保、低保边缘", "低保低保边缘"),
        EconomicKind.NEAR_ALLOWANCE,
    ),
    **dict.fromkeys(("低保", "低保户", "低保对象", "低保人员", "最低生活保障"), EconomicKind.MINIMUM_ALLOWANCE),
    **dict.fromkeys(("其他", "其它", "一般", "普通", "无", "正常", "一般户", "普通家庭", "非困难"), EconomicKind.OTHER),
}

TIERS: Mapping[str, Tier] = {
    **dict.fromkeys(("重点", "重点对象", "重点老人", "重点老年人", "重点关注"), Tier.PRIORITY),
    **dict.fromkeys(("一般", "一般对象", "一般老人", "一般老年人", "普通", "普通对象"), Tier.GENERAL),
}

LEAD_ORIGINS: Mapping[str, Origin] = {
    **dict.fromkeys(("社工站", "乡镇社工站", "街道社工站", "社工"), Origin(LeadSource.SOCIAL_WORK_STATION)),
    **dict.fromkeys(("村居", "村(居)委会", "村委会", "居委会", "村居委会", "村", "社区"), Origin(LeadSource.VILLAGE)),
    **dict.fromkeys(("网格员", "网格", "网格化"), Origin(LeadSource.GRID_WORKER)),
    **dict.fromkeys(
        ("卫健", "卫健局", "卫健委", "卫健部门", "卫生健康局", "计生"), Origin(LeadSource.DEPARTMENT, Unit.HEALTH)
    ),
    **dict.fromkeys(("残联", "区残联"), Origin(LeadSource.DEPARTMENT, Unit.DISABLED_FEDERATION)),
    **dict.fromkeys(("民政", "民政局", "民政部门"), Origin(LeadSource.DEPARTMENT, Unit.CIVIL_AFFAIRS)),
    **dict.fromkeys(("教育", "教育局", "教育部门"), Origin(LeadSource.DEPARTMENT, Unit.EDUCATION)),
    **dict.fromkeys(("住建", "住建局", "住建部门"), Origin(LeadSource.DEPARTMENT, Unit.HOUSING)),
    **dict.fromkeys(("农业农村局", "农业农村部门"), Origin(LeadSource.DEPARTMENT, Unit.AGRICULTURE)),
    **dict.fromkeys(("政法委", "综治"), Origin(LeadSource.DEPARTMENT, Unit.POLITICAL_LEGAL_AFFAIRS)),
    **dict.fromkeys(("部门", "其他部门"), Origin(LeadSource.DEPARTMENT)),
    **dict.fromkeys(("其他", "其它", "群众", "邻居", "热线"), Origin(LeadSource.OTHER)),
}

INCOME_SOURCES: Mapping[str, IncomeSource] = {
    **dict.fromkeys(("退休金", "养老金", "退休金、养老金", "退休工资", "养老保险", "基础养老金"), IncomeSource.PENSION),
    **dict.fromkeys(("子女补贴", "子女供养", "子女赡养", "子女资助", "子女"), IncomeSource.CHILDREN),
    **dict.fromkeys(("亲友资助", "亲属资助", "亲友"), IncomeSource.RELATIVES_FRIENDS),
    **dict.fromkeys(("国家普惠型补贴", "政府补贴", "国家补贴", "普惠型补贴"), IncomeSource.UNIVERSAL_BENEFIT),
    **dict.fromkeys(("个人储蓄", "储蓄", "积蓄", "存款"), IncomeSource.SAVINGS),
    **dict.fromkeys(("其他补贴", "其他", "其它"), IncomeSource.OTHER),
}

BENEFITS: Mapping[str, Benefit] = {
    **dict.fromkeys(("低保金", "低保", "最低生活保障金"), Benefit.MINIMUM_ALLOWANCE),
    **dict.fromkeys(("特困供养", "特困供养金", "特困补助", "特困金"), Benefit.EXTREME_HARDSHIP_SUPPORT),
    **dict.fromkeys(("高龄津贴", "高龄补贴", "高龄补助"), Benefit.ADVANCED_AGE_ALLOWANCE),
    **dict.fromkeys(
        (
            "两项残疾人补贴",
            "残疾人两项补贴",
            "残疾补贴",
            "残疾人补贴",
            "重度残疾人护理补贴",
            "困难残疾人生活补贴",
        ),
        Benefit.DISABILITY_ALLOWANCE,
    ),
    **dict.fromkeys(("养老服务补贴", "养老补贴", "服务补贴"), Benefit.ELDERLY_SERVICE_ALLOWANCE),
    **dict.fromkeys(("计生特扶", "计划生育特别扶助", "计生特别扶助金", "特扶金"), Benefit.FAMILY_PLANNING_SUPPORT),
    **dict.fromkeys(("临时救助", "临时救助金"), Benefit.TEMPORARY_RELIEF),
    **dict.fromkeys(("其他", "其它"), Benefit.OTHER),
}

AID_ORGS: Mapping[str, AidOrg] = {
    **dict.fromkeys(("党政机关", "群团组织", "党政机关、群团组织", "机关"), AidOrg.PARTY_AND_MASS_ORGANISATIONS),
    **dict.fromkeys(
        (
            "乡镇(街道)",
            "村(居)委员会",
            "村居委员会",
            "村(居)委会",
            "村委会",
            "居委会",
            "村居委会",
            "乡镇",
            "街道",
            "乡镇街道",
            "社区",
        ),
        AidOrg.TOWNSHIP_OR_VILLAGE,
    ),
    **dict.fromkeys(("企业",), AidOrg.ENTERPRISE),
    **dict.fromkeys(("社会组织",), AidOrg.SOCIAL_ORGANISATION),
    **dict.fromkeys(("专业社会工作者", "社会工作者", "社工", "专业社工"), AidOrg.SOCIAL_WORKER),
    **dict.fromkeys(("志愿者", "志愿服务队"), AidOrg.VOLUNTEER),
    **dict.fromkeys(("其他", "其它"), AidOrg.OTHER),
    **dict.fromkeys(("无", "没有"), AidOrg.NONE),
}

# --- visits -------------------------------------------------------------------------------------------

METHODS: Mapping[str, Method] = {
    **dict.fromkeys(("上门探访", "上门", "入户", "入户探访", "上门走访", "入户走访", "实地探访"), Method.HOME),
    **dict.fromkeys(("电话探访", "电话", "电话问候", "电话联系"), Method.PHONE),
    **dict.fromkeys(
        (
            "互联网音(视)频探访",
            "互联网音视频探访",
            "互联网音视频",
            "互联网",
            "视频",
            "音视频",
            "视频探访",
            "微信视频",
            "互联网音频探访",
            "互联网视频探访",
            "线上",
            "线上探访",
        ),
        Method.ONLINE,
    ),
    **dict.fromkeys(("远程监测", "远程", "智能监测", "设备监测"), Method.REMOTE_MONITORING),
    **dict.fromkeys(("其他", "其它", "其他方式"), Method.OTHER),
}

PLACES: Mapping[str, Place] = {
    **dict.fromkeys(("家中", "老人家中", "家里", "家", "住所", "居住地", "本人家中", "上门"), Place.HOME),
    **dict.fromkeys(("亲属家", "亲属家中", "子女家", "子女家中", "亲戚家", "儿子家", "女儿家"), Place.RELATIVE_HOME),
    **dict.fromkeys(("日间照料中心", "农村幸福院", "幸福院", "日照中心"), Place.DAY_CENTRE),
    **dict.fromkeys(("长者食堂", "食堂"), Place.CANTEEN),
    **dict.fromkeys(("医院", "卫生院", "病房"), Place.HOSPITAL),
    **dict.fromkeys(("避灾点", "安置点", "避灾安置点"), Place.SHELTER),
    **dict.fromkeys(
        ("村委会", "居委会", "村部", "村居办公场所", "社区办公室", "村(居)委会", "村居委会"),
        Place.VILLAGE_OFFICE,
    ),
    **dict.fromkeys(("其他", "其它", "户外", "路上"), Place.OTHER),
}

OUTCOMES: Mapping[str, Outcome] = {
    **dict.fromkeys(
        ("完成", "已完成", "正常", "成功", "见到本人", "已探访", "完成探访", "见到老人"), Outcome.COMPLETED
    ),
    **dict.fromkeys(
        ("未遇", "未遇见", "未见到", "无人在家", "家中无人", "未接通", "无人接听", "不在家", "未见"),
        Outcome.NOT_MET,
    ),
    **dict.fromkeys(("拒访", "拒绝", "拒绝探访", "拒绝访问"), Outcome.REFUSED),
    **dict.fromkeys(("住院", "住院中", "老人住院"), Outcome.HOSPITALISED),
    **dict.fromkeys(("搬离", "已搬离", "搬走", "迁出", "已迁出", "已搬走"), Outcome.MOVED),
    **dict.fromkeys(("去世", "已去世", "死亡", "已故", "过世", "病故"), Outcome.DECEASED),
}

WHEREABOUTS: Mapping[str, Whereabouts] = {
    **dict.fromkeys(("有人见到", "邻居见到", "见到"), Whereabouts.SEEN),
    **dict.fromkeys(("电话联系上", "电话联系", "电话已联系"), Whereabouts.ON_PHONE),
    **dict.fromkeys(("在医院", "住院", "就医", "看病"), Whereabouts.IN_HOSPITAL),
    **dict.fromkeys(("外出", "走亲戚", "务农", "在外"), Whereabouts.AWAY),
    **dict.fromkeys(("不详", "不明", "未知", "不清楚", "无"), Whereabouts.UNKNOWN),
}

REFUSED_BY: Mapping[str, RefusedBy] = {
    **dict.fromkeys(("本人", "老人", "老人本人", "老年人"), RefusedBy.ELDER),
    **dict.fromkeys(("家属", "家人", "子女", "儿子", "女儿", "配偶"), RefusedBy.FAMILY),
    **dict.fromkeys(("其他", "其他人", "邻居"), RefusedBy.OTHER),
    **dict.fromkeys(("不详", "未知", "不明"), RefusedBy.UNKNOWN),
}

CHANGES: Mapping[str, Change] = {
    **dict.fromkeys(("无变化", "没变化", "无", "正常", "一般", "未变化", "同前"), Change.NO_CHANGE),
    **dict.fromkeys(("较好", "好", "好转", "良好", "变好"), Change.BETTER),
    **dict.fromkeys(("较差", "差", "变差", "下降"), Change.WORSE),
    **dict.fromkeys(("未观察", "未观察到", "未见", "不详"), Change.NOT_OBSERVED),
}

SAFETIES: Mapping[str, Safety] = {
    **dict.fromkeys(("安全", "正常", "√", "是"), Safety.SAFE),
    **dict.fromkeys(("较安全", "比较安全", "基本安全"), Safety.FAIRLY_SAFE),
    **dict.fromkeys(("不安全", "有隐患", "存在隐患", "危险", "否", "×"), Safety.UNSAFE),
    **dict.fromkeys(("无此设施", "无燃气", "未使用", "无", "没有", "未通燃气", "不使用"), Safety.NOT_PRESENT),
    **dict.fromkeys(("未观察", "未观察到", "未检查", "未查看"), Safety.NOT_OBSERVED),
}

DISEASES: Mapping[str, DiseaseStatus] = {
    **dict.fromkeys(("无变化", "没变化", "正常", "稳定", "无", "平稳"), DiseaseStatus.NO_CHANGE),
    **dict.fromkeys(("严重", "加重", "恶化"), DiseaseStatus.SEVERE),
    **dict.fromkeys(("转好", "好转", "较好", "改善"), DiseaseStatus.IMPROVED),
    **dict.fromkeys(("未观察", "未观察到", "不详"), DiseaseStatus.NOT_OBSERVED),
}

POPULATION_CHANGES: Mapping[str, PopulationKind] = {
    **dict.fromkeys(("无变化", "没变化", "无", "不变"), PopulationKind.NO_CHANGE),
    **dict.fromkeys(("增加", "增"), PopulationKind.INCREASE),
    **dict.fromkeys(("减少", "减"), PopulationKind.DECREASE),
}

SIGNATURES: Mapping[str, SignatureKind] = {
    **dict.fromkeys(
        ("已签字", "已签", "签字", "本人签字", "已签名", "本人已签字", "是", "√", "有"), SignatureKind.SIGNED
    ),
    **dict.fromkeys(("手印", "按手印", "指印", "按指印", "已按手印", "已按指印", "指纹"), SignatureKind.THUMBPRINT),
    **dict.fromkeys(("代签", "家属代签", "他人代签"), SignatureKind.PROXY),
    **dict.fromkeys(("无法签字", "不能签字", "不会写字"), SignatureKind.UNABLE),
    **dict.fromkeys(
        ("纸质存档", "纸质", "见纸质", "见纸质表", "纸质表存档", "见纸质记录"), SignatureKind.PAPER_ON_FILE
    ),
}

FORCE_KINDS: Mapping[str, ForceKind] = {
    **{said: kind for kind, said in FORCE_WORDS.items()},
    **dict.fromkeys(("社工", "专业社工", "专业社会工作者", "社会工作人员"), ForceKind.SOCIAL_WORKER),
    **dict.fromkeys(("护理员", "养老护理员", "养老服务机构人员", "服务人员", "养老服务组织"), ForceKind.CARE_WORKER),
    **dict.fromkeys(("志愿服务者", "义工", "志愿服务人员", "志愿服务队"), ForceKind.VOLUNTEER),
    **dict.fromkeys(("网格长", "基层网格员"), ForceKind.GRID_WORKER),
    **dict.fromkeys(("家医", "家庭签约医生", "村医", "乡村医生"), ForceKind.FAMILY_DOCTOR),
    **dict.fromkeys(
        ("村干部", "社区干部", "村居干部", "村委会", "居委会", "村(居)委会"),
        ForceKind.SELF_GOVERNING_ORGANISATION,
    ),
    **dict.fromkeys(("邻居", "邻里", "亲属", "亲友邻里"), ForceKind.RELATIVE_OR_NEIGHBOUR),
    **dict.fromkeys(("党员干部", "挂钩干部", "帮扶干部"), ForceKind.PAIRED_CADRE),
    **dict.fromkeys(("学生", "大学生", "在校生"), ForceKind.STUDENT),
    **dict.fromkeys(("物业", "物业人员"), ForceKind.PROPERTY_SERVICE),
    **dict.fromkeys(("老年协会", "老人协会"), ForceKind.ELDERS_ASSOCIATION),
    **dict.fromkeys(("幸福院", "农村幸福院", "长者食堂"), ForceKind.DAY_CARE_CENTRE),
    **dict.fromkeys(("公益性岗位", "助老员"), ForceKind.PUBLIC_WELFARE_POST),
    **dict.fromkeys(("其它",), ForceKind.OTHER),
}


def category_words(said: str) -> tuple[str, ...]:
    """The single words of a cell of categories: 独居老人/空巢 → 独居, 空巢; an unknown word stays as it is.

    Of a cell with the form's boxes (□孤寡 ☑独居) only what is ticked counts.
    """
    words = _UNTICKED.sub(" ", _BRACKETED.sub("", unicodedata.normalize("NFKC", said)))
    words = _TICKED.sub(" ", words)
    parts = (_ENDING.sub("", part) for part in SEPARATORS.split(words))
    return tuple(word for part in parts if part for word in _run(part))


def _run(part: str) -> tuple[str, ...]:
    """Words written without anything between them: 独居空巢."""
    if not _CATEGORY_RUN.fullmatch(part):
        return (part,)
    return tuple(re.findall(_CATEGORY_RUN.pattern.removesuffix("+"), part))
