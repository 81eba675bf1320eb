"""What browsers are told about every answer of the console."""

from __future__ import annotations

from console.access.origin import origin_of

FORBIDDEN = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip


def content_policy(nonce: str, *, is_secure: bool, sandbox_url: str = "") -> str:
    """What a page may load: only from us, and scripts that NiceGUI's own template names.

    Vue compiles templates in the browser (`unsafe-eval`), and Quasar and Tailwind write styles (`unsafe-inline`): that
    much NiceGUI needs. A script that somebody's text brought into a page has no nonce and does not run.
    """
    pictures = " ".join(filter(None, ["'self' data: blob:", origin_of(sandbox_url)]))
    rules = [
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        f"img-src {pictures}",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    return "; ".join([*rules, "upgrade-insecure-requests"] if is_secure else rules)


def plain_policy() -> str:
    """The same for pages without scripts."""
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def common(*, is_secure: bool) -> dict[str, str]:
    """For every answer, files included."""
    found = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in FORBIDDEN),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return {**found, "Strict-Transport-Security": "max-age=31536000"} if is_secure else found
