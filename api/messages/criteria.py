"""Why somebody is of a category or a tier, in words: criteria and facts, Chinese and English."""

from collections.abc import Mapping

from api.messages import Language

_Words = tuple[str, str]

_CRITERIA: Mapping[str, _Words] = {
    "without_kin_care_or_labour_capacity": (
        "无配偶、无子女，无人照顾，丧失劳动能力",
        "no spouse, no children, nobody to care, labour capacity lost",
    ),
    "no_family_in_home_or_township": (
        "不与家属同住，家属也不在同一镇（街道）居住",
        "lives without family, and no family lives in the same township",
    ),
    "children_grown_and_elsewhere": (
        "子女均已成年分离，且不在同一镇（街道）居住",
        "all children are grown up and live outside the township",
    ),
    "all_children_long_away_to_earn": (
        "全部子女长期离开户籍地务工、经商或从事其他生产经营",
        "every child has long been away to work or do business",
    ),
    "ability_impaired": ("能力评估为失能", "ability is assessed as impaired"),
    "certificate_of_level_1_or_2": (
        "持有效残疾人证，残疾等级一级或二级",
        "holds a valid disability certificate of level 1 or 2",
    ),
    "only_child_lost_or_disabled": (
        "独生子女死亡或三级以上伤残，未再生育、收养",
        "the only child died or is disabled (level 1 to 3), no other was born or adopted",
    ),
    "included_by_hand": ("由乡镇（街道）说明理由纳入", "taken in by the township, for a reason"),
    "kinless": ("孤寡老年人", "kinless"),
    "living_alone_at_advanced_age": ("高龄独居", "lives alone at an advanced age"),
    "moderately_impaired_or_worse": ("中度以上失能", "moderately impaired or worse"),
    "severely_disabled": ("重度残疾", "severely disabled"),
    "raised_by_township": ("由乡镇（街道）调高", "raised by the township"),
    "declared_priority": ("名册或登记表申报为重点对象", "declared priority by the office's own file"),
}
_FACTS: Mapping[str, _Words] = {
    "min_age": ("年满60周岁", "is 60 or older"),
    "advanced_age": ("年满80周岁", "is 80 or older"),
    "no_spouse": ("无配偶", "has no spouse"),
    "no_living_children": ("无子女", "has no living children"),
    "nobody_cares": ("无人照顾", "nobody cares for the elder"),
    "lost_labour_capacity": ("丧失劳动能力", "has lost the capacity to work"),
    "lives_without_family": ("不与家属同住", "lives without family"),
    "no_family_near": ("家属不在同一镇（街道）", "no family lives in the township"),
    "has_living_child": ("有子女", "has a living child"),
    "children_adult": ("子女均已成年", "all children are adults"),
    "children_moved_out": ("子女均不同住", "no child shares the home"),
    "children_elsewhere": ("子女均不在同一镇（街道）", "no child lives in the township"),
    "rural_registration": ("农村户籍", "is registered as rural"),
    "at_home": ("在户籍地居住", "lives at the place of registration"),
    "children_away": ("子女均外出满六个月", "all children have been away for six months"),
    "children_away_to_earn": ("子女均因务工、经商等外出", "all children are away to earn"),
    "ability_impaired": ("能力评估为轻度以上失能", "ability is mildly impaired or worse"),
    "ability_moderate": ("能力评估为中度以上失能", "ability is moderately impaired or worse"),
    "has_certificate": ("持有残疾人证", "holds a disability certificate"),
    "certificate_valid": ("残疾人证有效", "the certificate is valid"),
    "certificate_level": ("残疾等级为一级或二级", "the certificate's level is 1 or 2"),
    "had_one_child": ("只生育一个子女", "had exactly one child"),
    "child_lost_or_disabled": ("独生子女死亡或三级以上伤残", "the only child died or is disabled"),
    "not_born_again": ("未再生育", "bore no other child"),
    "not_adopted": ("未收养子女", "adopted no child"),
    "declared": ("名册或登记表申报", "declared by the office's own file"),
}


def criterion_words(criterion: str, language: Language) -> str:
    return _said(_CRITERIA, criterion, language)


def fact_words(fact: str, language: Language) -> str:
    """What a fact says; the township's own reasons are words already."""
    return _said(_FACTS, fact, language)


def _said(words: Mapping[str, _Words], key: str, language: Language) -> str:
    chinese, english = words.get(key, (key, key))
    return chinese if language is Language.ZH else english
