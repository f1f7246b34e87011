"""Messages about the rows of files that offices and providers send in: their cells, and the places they name.

Sentences are put together by ``api.imports.sentence``: 第57行 身份证号：末位校验不符，请对照身份证更正.
"""

from api.messages import Message, Text

_OFFICE_ZH, _OFFICE_EN = "文件的填报人", "whoever filled in the file"
_TOWNSHIP_ZH, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"


def _cell(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 0, Text(zh, zh_fix, _OFFICE_ZH), Text(en, en_fix, _OFFICE_EN))


def _place(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 0, Text(zh, zh_fix, _TOWNSHIP_ZH), Text(en, en_fix, _TOWNSHIP_EN))


_ROWS = (
    _cell(
        "row_held",
        "已收到，待乡镇认定是哪位老人",
        "请等乡镇认定；写错姓名的请更正",
        "received; the township will tell who was visited",
        "wait for the township, or correct the name",
    ),
    _cell(
        "row_struck",
        "整行加了删除线，未导入",
        "请删除该行；仍在册的请去掉删除线",
        "the whole row is struck through and was not read",
        "delete the row, or remove the line if it stands",
    ),
    _cell(
        "row_hidden",
        "该行被隐藏，未导入",
        "请删除该行；应导入的请取消隐藏",
        "the row is hidden and was not read",
        "delete the row, or unhide it if it stands",
    ),
    _cell(
        "person_repeated",
        "与工作表“{sheet}”第{row}行是同一人",
        "请保留一行，删除另一行",
        "the same person as in row {row} of sheet “{sheet}”",
        "keep one row and delete the other",
    ),
    _cell(
        "record_repeated",
        "与第{row}行是同一条记录",
        "请删除重复的一行；确有两次的，请写明时间或编号",
        "the same record as in row {row}",
        "delete one of the two; if there were two, give times or numbers",
    ),
    _cell("line_too_long", "这一行过长", "请每行只写一条记录", "the line is too long", "write one record a line"),
    _cell(
        "line_not_object",
        "这一行不是一条 JSON 记录",
        "请每行写一个 JSON 对象",
        "the line is not a JSON object",
        "write one JSON object a line",
    ),
    _cell(
        "elder_not_named",
        "看不出是哪位老人",
        "请填身份证号，或村（居）和姓名",
        "it does not say which elder",
        "enter the ID number, or village and name",
    ),
)

_CELLS = (
    _cell("cell_missing", "没有填写", "请补填", "empty", "fill it in"),
    _cell("name_missing", "没有填写姓名", "请对照身份证补填", "the name is missing", "enter it as on the card"),
    _cell(
        "id_missing",
        "没有填写身份证号",
        "请对照身份证补填",
        "the ID number is missing",
        "enter it as on the card",
    ),
    _cell(
        "id_digits_lost",
        "长号码被存成数字，末几位已丢失",
        "请将该列设为文本后重新填写",
        "a long number was kept as a number cell and has lost its last digits",
        "set the column to text and enter it again",
    ),
    _cell(
        "formula_without_result",
        "公式没有可用的结果",
        "请把公式改成数值或文字",
        "the formula has no result",
        "replace the formula by its value",
    ),
    _cell(
        "date_unreadable",
        "日期无法识别",
        "请写成 2026-11-23 这样的日期",
        "the date cannot be read",
        "write it like 2026-11-23",
    ),
    _cell(
        "date_month_only",
        "只写到月份，按当月1日读取",
        "请补写到日",
        "a month without a day was read as its first day",
        "add the day",
    ),
    _cell("date_in_future", "日期晚于今天", "请更正日期", "the date lies ahead", "correct the date"),
    _cell(
        "time_unreadable",
        "时间无法识别，按时间不详读取",
        "请写成 08:15 这样的时间",
        "the time cannot be read and was taken as unknown",
        "write it like 08:15",
    ),
    _cell(
        "amount_unreadable",
        "金额无法识别，未导入此项",
        "请只写一个数字，如 850",
        "the amount cannot be read and was left out",
        "write one number, like 850",
    ),
    _cell(
        "amount_approximate",
        "是约数，按 {amount} 元读取",
        "请核对金额",
        "approximate; read as {amount} yuan",
        "check the amount",
    ),
    _cell(
        "count_unreadable",
        "人数无法识别",
        "请只写数字",
        "the number of people cannot be read",
        "write a number",
    ),
    _cell(
        "yes_no_unreadable",
        "看不出是或否",
        "请填“是”或“否”",
        "neither yes nor no",
        "enter 是 or 否",
    ),
    _cell(
        "tick_unreadable",
        "看不出是否勾选",
        "请填“√”或留空",
        "neither ticked nor empty",
        "enter √ or leave it empty",
    ),
    _cell(
        "word_confused",
        "疑为{likely}",
        "请确认",
        "not a word of the list; “{likely}” may be meant",
        "confirm which one it is",
    ),
    _cell(
        "word_unknown",
        "不是可选的词（{allowed}）",
        "请改填其中之一",
        "not a word of the list ({allowed})",
        "use one of them",
    ),
    _cell(
        "category_missing",
        "没有填写对象类型",
        "请填七类中的一类或几类",
        "no category is given",
        "enter one or more of the seven categories",
    ),
    _cell(
        "certificate_missing",
        "是重残对象但没有残疾证号",
        "请补填残疾证号",
        "severely disabled, but without a certificate number",
        "add the number of the certificate",
    ),
    _cell(
        "amount_without_item",
        "有补贴金额但没有补贴项目，未导入金额",
        "请补填补贴项目",
        "an amount without a benefit was left out",
        "name the benefit",
    ),
    _cell(
        "relation_unknown",
        "关系无法识别，按“其他”读取",
        "请写明关系，如儿子、邻居",
        "the relation is not known and was read as other",
        "name the relation, like son or neighbour",
    ),
    _cell(
        "worker_kind_unknown",
        "没有可识别的服务人员类别，按“其他”读取",
        "请补填服务人员类别",
        "the kind of worker is not known and was read as other",
        "add the kind of worker",
    ),
)

_PLACES = (
    _place(
        "village_missing",
        "没有填写村（居）",
        "请补填村（居）名称",
        "the village is missing",
        "enter the name of the village",
    ),
    _place(
        "village_unknown",
        "区划中没有这个村（居）",
        "请改为规范的村（居）名称",
        "no such village",
        "enter the official name of the village",
    ),
    _place(
        "village_elsewhere",
        "这个村（居）不在本乡镇（街道）",
        "请核对乡镇（街道）和村（居）",
        "the village belongs to another township",
        "check township and village",
    ),
    _place(
        "village_ambiguous",
        "几个乡镇（街道）都有这个村（居）",
        "请写明乡镇（街道）",
        "several townships have a village of that name",
        "add the township",
    ),
    _place(
        "township_unknown",
        "区划中没有这个乡镇（街道）",
        "请改为规范的乡镇（街道）名称",
        "no such township",
        "enter the official name of the township",
    ),
)

MESSAGES: tuple[Message, ...] = (*_ROWS, *_CELLS, *_PLACES)
