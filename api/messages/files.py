"""Messages about files that offices and providers send in: the upload, the file, its sheets and headings."""

from api.messages import Message, Text

_OFFICE_ZH, _OFFICE_EN = "文件的填报人", "whoever filled in the file"
_SUPPORT_ZH, _SUPPORT_EN = "系统管理员", "your administrator"


def _file(code: str, status: int, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, status, Text(zh, zh_fix, _SUPPORT_ZH), Text(en, en_fix, _SUPPORT_EN))


def _passed_over(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 0, Text(zh, zh_fix, _OFFICE_ZH), Text(en, en_fix, _OFFICE_EN))


_WHOLE_FILES = (
    _file(
        "file_empty",
        422,
        "文件是空的",
        "请选择有内容的文件",
        "the file is empty",
        "choose a file with content",
    ),
    _file(
        "file_too_large",
        413,
        "文件过大，最多 {limit}",
        "请拆成几个文件分别导入",
        "the file is too large; at most {limit}",
        "split it into several files",
    ),
    _file(
        "file_too_many_records",
        413,
        "记录超过 {limit} 条",
        "请拆成几个文件分别导入",
        "more than {limit} records",
        "split it into several files",
    ),
    _file(
        "file_needs_xlsx",
        422,
        "不是可读取的表格（旧版 .xls、.et 和图片不能读取）",
        "请另存为 .xlsx",
        "not a table that can be read (.xls, .et and pictures cannot)",
        "save it as .xlsx",
    ),
    _file(
        "file_has_password",
        422,
        "文件有密码，不能读取",
        "请取消密码并另存为 .xlsx",
        "the file has a password and cannot be read",
        "remove the password and save it as .xlsx",
    ),
    _file(
        "file_too_long_for_all",
        422,
        "要求全部导入时最多 {limit} 行",
        "请拆成几个文件，或改为逐行导入",
        "all or nothing is for at most {limit} rows",
        "split the file, or import row by row",
    ),
    _file(
        "source_unknown",
        422,
        "没有这个数据来源",
        "请填 office，或已登记的服务方编号",
        "no such source",
        "use office, or the id of a provider",
    ),
    _file(
        "tracking_before_plan",
        422,
        "开始统计的日期早于工作方案施行（{began}）",
        "请改为施行之后的日期",
        "tracking would start before the plan took effect ({began})",
        "choose a later day",
    ),
    _file(
        "file_not_taken_in",
        0,
        "多次尝试后文件仍未能导入完，已导入的记录保留",
        "请重新上传这个文件，已导入的不会重复",
        "the file could not be taken in after several attempts; what was taken in stays",
        "send the file again; nothing is taken in twice",
    ),
    _file(
        "file_unreadable",
        422,
        "文件已损坏或编码无法识别",
        "请用 Excel 或 WPS 打开，另存为 .xlsx",
        "the file is damaged, or its encoding is unknown",
        "open it in Excel or WPS and save it as .xlsx",
    ),
)

_UPLOADS = (
    _file(
        "content_digest_invalid",
        400,
        "Content-Digest 写得不对",
        "请写成 sha-256=:Base64:",
        "the Content-Digest cannot be read",
        "write it as sha-256=:base64:",
    ),
    _file(
        "content_digest_mismatch",
        422,
        "收到的文件与 Content-Digest 不符，没有导入",
        "请重新上传这个文件",
        "what arrived differs from its Content-Digest; nothing was taken in",
        "send the file again",
    ),
    _file(
        "import_unknown",
        422,
        "没有找到要更正的那次导入",
        "请填同一来源已完成的导入编号",
        "no such import to correct",
        "use the id of a finished import of the same source",
    ),
)

_SHEETS = (
    _file(
        "headings_not_found",
        422,
        "没有找到表头",
        "请在一行内写明：{headings}",
        "no heading row was found",
        "put these headings into one row: {headings}",
    ),
    _file(
        "headings_missing",
        422,
        "工作表“{sheet}”缺少表头：{headings}",
        "请补上这些列后重新导入",
        "sheet “{sheet}” lacks these headings: {headings}",
        "add these columns and import again",
    ),
    _passed_over(
        "heading_unknown",
        "不认识表头“{heading}”，该列未导入",
        "如需导入，请改用登记表的栏名",
        "the heading “{heading}” is not known; its column was not read",
        "use the name of the box on the form if it is needed",
    ),
    _passed_over(
        "heading_repeated",
        "表头“{heading}”与前面的列重复，只读取了前一列",
        "请删除重复的列，或改写表头",
        "the heading “{heading}” repeats an earlier column; only that one was read",
        "delete the column or rename its heading",
    ),
    _passed_over(
        "sheet_passed_over",
        "工作表“{sheet}”没有可识别的表头，未导入",
        "如需导入，请补上表头",
        "sheet “{sheet}” has no heading row that is known; it was not read",
        "add a heading row if it is needed",
    ),
    _passed_over(
        "rows_left_out",
        "工作表“{sheet}”有些行不像人员记录，未导入：第{rows}行",
        "请核对；如是人员，请补姓名和身份证号",
        "rows of sheet “{sheet}” do not look like records and were not read: {rows}",
        "check them; add name and ID number where they are people",
    ),
)

MESSAGES: tuple[Message, ...] = (*_WHOLE_FILES, *_UPLOADS, *_SHEETS)
