"""Messages: signing in with an authenticator."""

from api.messages import Message, Text

_MANAGER, _MANAGER_EN = "您的上级或系统管理员", "your supervisor or administrator"


def _message(code: str, status: int, zh: tuple[str, str], en: tuple[str, str]) -> Message:
    return Message(code, status, Text(*zh, _MANAGER), Text(*en, _MANAGER_EN))


MESSAGES: tuple[Message, ...] = (
    _message(
        "second_factor_required",
        400,
        ("密码正确，还需要动态验证码", "请填写身份验证器上的6位验证码或恢复码"),
        ("The password is right; a code is needed too", "Send otp: the authenticator's code or a recovery code"),
    ),
    _message(
        "second_factor_wrong",
        400,
        ("动态验证码不对、已过期或已用过", "请等下一个验证码，或用恢复码"),
        ("The code is wrong, over or used before", "Wait for the next code or use a recovery code"),
    ),
    _message(
        "otp_wrong",
        422,
        ("动态验证码不对、已过期或已用过", "请核对手机时间，填写下一个验证码"),
        ("The code is wrong, over or used before", "Check the device's clock and send its next code"),
    ),
    _message(
        "second_factor_enrolment_required",
        403,
        ("您的岗位须启用动态验证码后才能办理", "请先在本人账号里设置身份验证器"),
        ("Your role demands an authenticator", "Set one up at /v1/me/second-factor first"),
    ),
)
