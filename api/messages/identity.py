"""Messages: ID and certificate numbers, phones, names."""

from api.messages import Message, Text

_SELF = "本人或家属"
_SELF_EN = "the elder or the family"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _SELF), Text(en, en_fix, _SELF_EN))


MESSAGES: tuple[Message, ...] = (
    _fault(
        "id_format",
        "不是18位身份证号码",
        "请对照身份证填写全部18位",
        "not an ID number of 18 characters",
        "enter all 18 characters as on the card",
    ),
    _fault(
        "id_first_generation",
        "是15位的旧身份证号码",
        "请填写现用的18位身份证号码",
        "a first-generation number of 15 digits",
        "enter the present number of 18 characters",
    ),
    _fault(
        "id_checksum",
        "末位校验不符",
        "请对照身份证更正",
        "the last character does not fit the others",
        "correct the number from the card",
    ),
    _fault(
        "id_birthdate",
        "其中的出生日期不存在或晚于今天",
        "请对照身份证更正第7至14位",
        "the date of birth in it does not exist or lies ahead",
        "correct characters 7 to 14 from the card",
    ),
    _fault(
        "sex_id_mismatch",
        "与身份证号码表示的性别不一致",
        "请对照身份证更正性别或号码",
        "the sex is not the one the ID number tells",
        "correct the sex or the number from the card",
    ),
    _fault(
        "under_60",
        "未满{age}周岁",
        "请核对出生日期，满{age}周岁后再建档",
        "younger than {age}",
        "check the date of birth; file at the age of {age}",
    ),
    _fault(
        "certificate_format",
        "不是残疾人证号（身份证号加类别和等级，共20位）",
        "请对照残疾人证更正",
        "not a certificate number (ID number, type and level: 20 characters)",
        "correct the number from the certificate",
    ),
    _fault(
        "certificate_not_own",
        "前18位不是本人的身份证号码",
        "请核对残疾人证和身份证是否同一人",
        "its first 18 characters are not the holder's ID number",
        "check that certificate and ID card are one person's",
    ),
    _fault(
        "certificate_level_not_severe",
        "残疾等级不是一级或二级，不属于重残",
        "请核对残疾人证等级或改对象类型",
        "its level is neither 1 nor 2, which is not severe",
        "check the certificate's level or change the category",
    ),
    _fault(
        "phone_format",
        "不是手机号码或带区号的固定电话",
        "请填11位手机号码或如0594-3591234",
        "neither a mobile number nor a landline with area code",
        "enter 11 digits, or a landline like 0594-3591234",
    ),
    _fault(
        "phone_extension",
        "带有分机号",
        "请只填电话号码，分机号写在备注里",
        "it has an extension",
        "enter the number alone and put the extension into the notes",
    ),
    _fault(
        "name_format",
        "不像姓名（2至30个字，不含数字）",
        "请对照身份证填写姓名",
        "not a name (2 to 30 characters, no digits)",
        "enter the name as on the card",
    ),
)
