"""Messages: signing in, permissions, accounts and the grants they hold; pages of a list."""

from api.messages import Message, Text

Pair = tuple[str, str]

_MANAGER: Pair = ("您的上级督导员、指导员或系统管理员", "your supervisor, instructor or administrator")
_OFFICE: Pair = ("系统管理员", "your administrator")
_VENDOR: Pair = ("接口开发人员", "whoever built the client")


def _message(code: str, status: int, zh: Pair, en: Pair, ask: Pair) -> Message:
    return Message(code, status, Text(*zh, ask[0]), Text(*en, ask[1]))


MESSAGES: tuple[Message, ...] = (
    _message(
        "token_missing",
        401,
        ("没有登录", "请先登录，再带上访问令牌"),
        ("Not signed in", "Sign in and send the access token"),
        _VENDOR,
    ),
    _message(
        "token_invalid",
        401,
        ("访问令牌无效或已过期", "请用刷新令牌换取新令牌，或重新登录"),
        ("The access token is invalid or has expired", "Refresh it or sign in again"),
        _VENDOR,
    ),
    _message(
        "session_ended",
        401,
        ("登录已结束（退出、超时、改密或停用）", "请重新登录"),
        ("The session has ended (signed out, idle, password changed or disabled)", "Sign in again"),
        _MANAGER,
    ),
    _message(
        "sign_in_failed",
        400,
        ("用户名或密码不正确", "请核对用户名和密码"),
        ("The username or password is wrong", "Check username and password"),
        _MANAGER,
    ),
    _message(
        "sign_in_limited",
        429,
        ("失败次数过多，暂停登录 {retry_after} 秒", "请稍后再试，或请上级重置密码"),
        ("Too many failures; sign-in waits {retry_after} s", "Try later or have the password reset"),
        _MANAGER,
    ),
    _message(
        "refresh_token_invalid",
        400,
        ("刷新令牌无效、已用过或登录已结束", "请重新登录"),
        ("The refresh token is invalid, used up, or its session has ended", "Sign in again"),
        _VENDOR,
    ),
    _message(
        "token_request_incomplete",
        400,
        ("登录请求缺少 {field}", "请按表单格式补齐后重发"),
        ("The token request lacks {field}", "Complete the form and resend"),
        _VENDOR,
    ),
    _message(
        "grant_type_unsupported",
        400,
        ("不支持这种授权方式", "请更换 grant_type，按接口文档填写"),
        ("This grant type is not supported", "Use password, refresh_token or client_credentials"),
        _VENDOR,
    ),
    _message(
        "permission_missing",
        403,
        ("您的角色没有这项权限", "请由有权限的人员办理"),
        ("Your role does not hold this permission", "Have somebody with the permission do it"),
        _MANAGER,
    ),
    _message(
        "no_valid_grant",
        403,
        ("您的账号目前没有任何有效授权", "请上级重新授权"),
        ("No grant of your account runs today", "Ask for a grant"),
        _MANAGER,
    ),
    _message(
        "password_change_required",
        403,
        ("初始密码必须先修改", "请先在“修改密码”中设置新密码"),
        ("A first password has to be changed first", "Set a password of your own at /v1/me/password"),
        _MANAGER,
    ),
    _message(
        "system_actor_needs_area_and_reason",
        500,
        ("系统操作缺少区域或事由", "请报告系统管理员"),
        ("A system action lacks its area or reason", "Report it to the administrator"),
        _OFFICE,
    ),
    _message(
        "password_wrong",
        422,
        ("原密码不正确", "请重新输入原密码"),
        ("The old password is wrong", "Enter the old password again"),
        _MANAGER,
    ),
    _message(
        "password_too_short",
        422,
        ("新密码少于 {least} 位", "请设置至少 {least} 位的密码"),
        ("The new password is shorter than {least} characters", "Choose at least {least} characters"),
        _MANAGER,
    ),
    _message(
        "password_too_common",
        422,
        ("新密码过于常见，容易被猜中", "请换用几个不相关的词组成的密码"),
        ("The new password is among the commonest", "Choose several unrelated words"),
        _MANAGER,
    ),
    _message(
        "password_is_username",
        422,
        ("新密码与用户名相同或相近", "请换用与用户名无关的密码"),
        ("The new password is the username or close to it", "Choose one unrelated to the username"),
        _MANAGER,
    ),
    _message(
        "password_same",
        422,
        ("新密码与原密码相同", "请设置不同的新密码"),
        ("The new password is the old one", "Choose another password"),
        _MANAGER,
    ),
    _message(
        "username_format",
        422,
        ("用户名须为3至32位小写字母、数字或 . _ -", "请更正用户名"),
        ("A username has 3 to 32 lower-case letters, digits or . _ -", "Correct the username"),
        _OFFICE,
    ),
    _message(
        "username_taken",
        409,
        ("该用户名已被使用", "请换一个用户名"),
        ("The username is taken", "Choose another username"),
        _OFFICE,
    ),
    _message(
        "grant_role_or_deputy",
        422,
        ("授权须为“角色加区域”或“代理某人”之一", "请只填角色和区域，或只填代理对象"),
        (
            "A grant is a role with an area, or a deputyship",
            "Name role and area, or whom to deputise for",
        ),
        _OFFICE,
    ),
    _message(
        "role_area_mismatch",
        422,
        ("角色 {role} 的区域代码应为 {digits} 位", "请填写 {digits} 位的区域代码"),
        ("The area of {role} has {digits} digits", "Enter an area code of {digits} digits"),
        _OFFICE,
    ),
    _message(
        "grant_needs_force",
        422,
        ("服务力量和探访员的授权须写明 {field}", "请填写服务力量，探访员还须填写服务人员"),
        ("A grant to people of a provider names {field}", "Name the provider, and a visitor's worker"),
        _OFFICE,
    ),
    _message(
        "grant_names_force",
        422,
        ("这个角色的授权不填写 {field}", "请去掉这一项，或改选服务力量的角色"),
        ("A grant of this role names no {field}", "Leave it out, or choose a provider's role"),
        _OFFICE,
    ),
    _message(
        "grant_mixes_forces",
        422,
        ("一个账号只能用于一家机构：村镇或一支服务力量", "请为这项工作另开一个账号"),
        ("An account serves one office or one provider", "Open another account for this work"),
        _OFFICE,
    ),
    _message(
        "grant_provider_unknown",
        422,
        ("没有找到这支服务力量，或不在您的区域", "请核对服务力量的编号"),
        ("The provider is unknown or not of your area", "Check the provider's id"),
        _MANAGER,
    ),
    _message(
        "grant_worker_unknown",
        422,
        ("这支服务力量没有这名服务人员", "请核对服务人员的编号"),
        ("The provider has no such worker", "Check the worker's id"),
        _MANAGER,
    ),
    _message(
        "provider_suspended",
        403,
        ("您所在的服务力量或您本人已被暂停或清退", "请与县级督导员联系；以前的记录仍可补报"),
        ("Your provider, or you, may not come at present", "Ask the supervisor; records of earlier days may follow"),
        _MANAGER,
    ),
    _message(
        "assignment_ended",
        403,
        ("您对这位老人的服务已于 {ended_on} 结束", "如仍在服务，请乡镇（街道）重新派单"),
        ("You no longer serve this elder; the last day was {ended_on}", "Ask the township for an assignment"),
        _MANAGER,
    ),
    _message(
        "grant_area_unknown",
        422,
        ("没有这个区划代码", "请在区划表中核对代码"),
        ("There is no division with this code", "Check the code in the list of divisions"),
        _OFFICE,
    ),
    _message(
        "deputy_unknown",
        422,
        ("没有找到被代理人，或不归您管理", "请核对被代理人的账号"),
        ("The person deputised for is unknown or not yours to manage", "Check the account's id"),
        _MANAGER,
    ),
    _message(
        "deputy_for_self",
        422,
        ("不能代理本人", "请选择另一个人"),
        ("Nobody is his own deputy", "Choose somebody else"),
        _MANAGER,
    ),
    _message(
        "deputy_needs_end",
        422,
        ("代理必须有截止日期", "请填写代理的最后一天"),
        ("A deputyship needs its last day", "Enter the last day"),
        _MANAGER,
    ),
    _message(
        "grant_ends_before_start",
        422,
        ("截止日期早于开始日期", "请更正开始或截止日期"),
        ("It ends before it starts", "Correct the first or the last day"),
        _MANAGER,
    ),
    _message(
        "grant_beyond_own",
        403,
        ("该角色或区域超出您可以授权的范围", "请由上级或系统管理员授权"),
        ("The role or area is beyond what you may grant", "Have your superior or an administrator grant it"),
        _MANAGER,
    ),
    _message(
        "cannot_manage_self",
        409,
        ("不能停用、授权或重置自己的账号", "请由其他管理人员办理"),
        ("Nobody disables, grants to or resets his own account", "Have another manager do it"),
        _MANAGER,
    ),
    _message(
        "page_token_invalid",
        400,
        ("翻页标记无效", "请从第一页重新查询"),
        ("The page token is not valid here", "Start again from the first page"),
        _VENDOR,
    ),
)
