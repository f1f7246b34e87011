"""Messages: machine clients, their secrets, tokens and scopes."""

from api.messages import Message, Text

_MANAGER = ("县级督导员或系统管理员", "the supervisor or your administrator")
_VENDOR = ("接口开发人员", "whoever built the client")

Pair = tuple[str, str]


def _message(code: str, status: int, zh: Pair, en: Pair, ask: Pair) -> Message:
    return Message(code, status, Text(*zh, ask[0]), Text(*en, ask[1]))


MESSAGES: tuple[Message, ...] = (
    _message(
        "client_unknown",
        401,
        ("客户端编号或密钥不正确、已到期或已停用", "请核对编号和密钥，或申请新密钥"),
        ("The client id or secret is wrong, expired or disabled", "Check both, or have a new secret given"),
        _MANAGER,
    ),
    _message(
        "sandbox_missing",
        422,
        ("平台还没有建立沙箱", "请系统管理员在服务器上运行 tanfang sandbox"),
        ("There is no sandbox yet", "Have tanfang sandbox run on the server"),
        _MANAGER,
    ),
    _message(
        "calendar_shared",
        403,
        ("沙箱与正式环境共用工作日历，不能在沙箱中修改", "请由县级督导员在正式环境中修改"),
        ("The sandbox goes by the district's calendar and leaves it alone", "Have it changed outside the sandbox"),
        _MANAGER,
    ),
    _message(
        "client_told_twice",
        400,
        ("密钥既写在请求头又写在表单里", "请只用其中一种方式发送密钥"),
        ("The secret is both in the header and in the form", "Send it one way only"),
        _VENDOR,
    ),
    _message(
        "scope_not_granted",
        400,
        ("所要的权限范围超出这个客户端现有的：{held}", "请只申请已有的范围，或请上级增加"),
        ("The scope goes beyond what the client has: {held}", "Ask for those alone, or have it widened"),
        _MANAGER,
    ),
    _message(
        "scope_missing",
        403,
        ("这个令牌的权限范围不包括这项操作", "请用带有所需范围的令牌重新请求"),
        ("The token's scope leaves this out", "Take a token with the scope it needs"),
        _VENDOR,
    ),
    _message(
        "secrets_at_most_two",
        409,
        ("同时有效的密钥最多两个", "请先停用不再使用的密钥"),
        ("At most two secrets live at once", "Revoke the one that is no longer used"),
        _MANAGER,
    ),
    _message(
        "expiry_not_ahead",
        422,
        ("到期时间必须晚于现在", "请填写将来的到期时间"),
        ("The end must lie ahead", "State an instant that is still to come"),
        _MANAGER,
    ),
    _message(
        "expiry_too_late",
        422,
        ("密钥最长使用 {days} 天", "请填写 {days} 天以内的到期时间"),
        ("A secret lasts {days} days at most", "State an end within {days} days"),
        _MANAGER,
    ),
    _message(
        "idempotency_key_required",
        400,
        ("系统对接的新增请求必须带 Idempotency-Key", "请加上请求头，重发时用同一个值"),
        ("A machine that creates something sends an Idempotency-Key", "Add the header; repeat it with a retry"),
        _VENDOR,
    ),
    _message(
        "external_id_required",
        422,
        ("系统对接的探访记录必须有自己的编号", "请为每条记录填写 external_id"),
        ("A machine's record of a visit has an id of its own", "Give every record an external_id"),
        _VENDOR,
    ),
)
