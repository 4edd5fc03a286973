"""Who a browser window is: a signed cookie for each person, valid under that person's pages only."""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from workflows.domain.ids import PersonId

COOKIE = "handover_session"
MAX_AGE = 30 * 24 * 3600


class Sessions:
    """Signs people in; `secure` keeps the cookie off plain http."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="web chat session")
        self._secure = secure

    def sign_in(self, response: Response, person: PersonId) -> None:
        """Give the browser a session that is sent to the pages of *person* alone."""
        response.set_cookie(
            COOKIE,
            self._signer.dumps(person),
            max_age=MAX_AGE,
            path=f"/as/{person}",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def is_signed_in(self, request: Request, person: PersonId) -> bool:
        """Whether the request carries a session of *person*, neither forged nor older than 30 days."""
        try:
            signed: object = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=MAX_AGE)
        except BadSignature:
            return False
        return signed == person
