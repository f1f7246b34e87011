"""Messages about requests as such: form, size, state, trouble."""

from api.messages import Message, Text

_OFFICE_ZH, _OFFICE_EN = "系统管理员", "your administrator"
_VENDOR_ZH, _VENDOR_EN = "接口开发人员", "whoever built the client"

MESSAGES: tuple[Message, ...] = (
    Message(
        "not_found",
        404,
        Text("没有找到，或不在您的管辖范围内", "请核对编号后再试", _OFFICE_ZH),
        Text("Not found, or outside your area", "Check the number and try again", _OFFICE_EN),
    ),
    Message(
        "bad_request",
        400,
        Text("请求无法识别", "请对照接口文档检查请求", _VENDOR_ZH),
        Text("The request cannot be understood", "Check it against the API documentation", _VENDOR_EN),
    ),
    Message(
        "method_not_allowed",
        405,
        Text("此地址不支持这种操作", "请使用 Allow 列出的方法", _VENDOR_ZH),
        Text("This address does not take that method", "Use a method named in Allow", _VENDOR_EN),
    ),
    Message(
        "not_acceptable",
        406,
        Text("不能以所要的格式回答", "请接受 application/json", _VENDOR_ZH),
        Text("The wanted format is not offered", "Accept application/json", _VENDOR_EN),
    ),
    Message(
        "body_too_large",
        413,
        Text("发送的内容过大", "请分批发送", _VENDOR_ZH),
        Text("The body is too large", "Send it in smaller parts", _VENDOR_EN),
    ),
    Message(
        "media_type_unsupported",
        415,
        Text("不支持这种内容类型", "请按 Accept-Post 所列类型发送", _VENDOR_ZH),
        Text("This media type is not taken here", "Send a type named in Accept-Post", _VENDOR_EN),
    ),
    Message(
        "url_too_long",
        400,
        Text("请求地址过长", "请缩短地址和查询参数", _VENDOR_ZH),
        Text("The address is too long", "Shorten the path and the query", _VENDOR_EN),
    ),
    Message(
        "encoding_unsupported",
        415,
        Text("不接受压缩内容", "请不压缩、直接发送", _VENDOR_ZH),
        Text("A compressed body is not taken here", "Send it uncompressed", _VENDOR_EN),
    ),
    Message(
        "host_unknown",
        421,
        Text("请求的主机名不属于本服务", "请核对服务地址", _OFFICE_ZH),
        Text("This host name is not one of the service", "Check the address of the service", _OFFICE_EN),
    ),
    Message(
        "headers_too_large",
        400,
        Text("请求头过大", "请减少请求头内容", _VENDOR_ZH),
        Text("The headers are too large", "Send fewer headers", _VENDOR_EN),
    ),
    Message(
        "json_invalid",
        400,
        Text("内容不是有效的 JSON（UTF-8，键不重复）", "请修正 JSON 后重发", _VENDOR_ZH),
        Text("The body is not valid JSON (UTF-8, no duplicate keys)", "Correct the JSON and resend", _VENDOR_EN),
    ),
    Message(
        "json_too_deep",
        400,
        Text("JSON 嵌套超过 {most} 层", "请减少嵌套层数", _VENDOR_ZH),
        Text("The JSON nests deeper than {most}", "Nest less deeply", _VENDOR_EN),
    ),
    Message(
        "json_too_wide",
        400,
        Text("一个 JSON 对象超过 {most} 个键", "请删除多余的键", _VENDOR_ZH),
        Text("A JSON object has more than {most} keys", "Leave out the keys that nobody asked for", _VENDOR_EN),
    ),
    Message(
        "validation_failed",
        422,
        Text("有内容填写不符合要求", "请按各项提示更正后重新提交", "填报人"),
        Text("Some of what was sent is not acceptable", "Correct each item named and resend", "whoever filled it in"),
    ),
    Message(
        "query_parameter_unknown",
        400,
        Text("查询参数 {name} 无法识别或重复", "请删除或更正该参数", _VENDOR_ZH),
        Text("Query parameter {name} is unknown or repeated", "Remove or correct it", _VENDOR_EN),
    ),
    Message(
        "service_unavailable",
        503,
        Text("服务暂时不可用，不能确定是否已保存", "请稍后重试，写入时用同一个 Idempotency-Key", _OFFICE_ZH),
        Text(
            "The service is unavailable; whether anything was saved is not known",
            "Try again with the same key",
            _OFFICE_EN,
        ),
        retryable=True,
    ),
    Message(
        "service_busy",
        503,
        Text("服务繁忙，未保存任何内容", "请稍后重试", _OFFICE_ZH),
        Text("The service is busy; nothing was saved", "Try again shortly", _OFFICE_EN),
        retryable=True,
    ),
    Message(
        "quota_exceeded",
        429,
        Text("请求过于频繁，本次未处理", "请 {retry_after} 秒后再试，并放慢请求", _VENDOR_ZH),
        Text("Too many requests; this one was not done", "Wait {retry_after} seconds and slow down", _VENDOR_EN),
        retryable=True,
    ),
    Message(
        "internal_error",
        500,
        Text("服务出现意外错误，未保存任何内容", "请把请求编号告诉管理员", _OFFICE_ZH),
        Text("Something unforeseen happened; nothing was saved", "Tell your administrator the request id", _OFFICE_EN),
    ),
    Message(
        "conflict",
        409,
        Text("与已有内容冲突，未保存", "请刷新后核对再提交", _OFFICE_ZH),
        Text("This clashes with what is stored; nothing was saved", "Reload, compare and resend", _OFFICE_EN),
    ),
    Message(
        "wrong_state",
        409,
        Text("当前状态为 {state}，不能进行此操作", "可操作的状态：{allowed}", "乡镇指导员"),
        Text("The state is {state}; this command needs another", "States that allow it: {allowed}", "the instructor"),
    ),
    Message(
        "version_changed",
        412,
        Text("内容已被他人修改", "请重新读取后再修改", "修改人"),
        Text("It was changed since you read it", "Read it again, then change it", "whoever changed it"),
    ),
    Message(
        "if_match_required",
        428,
        Text("修改时须带 If-Match", "请先读取，把 ETag 填入 If-Match", _VENDOR_ZH),
        Text("A change needs If-Match", "Read first and send the ETag as If-Match", _VENDOR_EN),
    ),
    Message(
        "idempotency_key_invalid",
        400,
        Text("Idempotency-Key 须为 16–255 个可见 ASCII 字符", "请换一个随机键", _VENDOR_ZH),
        Text("Idempotency-Key is 16–255 visible ASCII characters", "Use a random key", _VENDOR_EN),
    ),
    Message(
        "idempotency_key_reused",
        422,
        Text("同一 Idempotency-Key 用于不同内容", "不同内容请使用新的键", _VENDOR_ZH),
        Text("This Idempotency-Key came with another body before", "Use a new key for new content", _VENDOR_EN),
    ),
    Message(
        "request_in_progress",
        409,
        Text("同一请求正在处理", "请稍后用同一键重试", _VENDOR_ZH),
        Text("The same request is still being worked on", "Retry shortly with the same key", _VENDOR_EN),
        retryable=True,
    ),
)
