"""Who a browser window is: a signed cookie for each person, valid under that person's pages only."""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from workflows.domain.ids import PersonId

COOKIE = "handover_session"
HOME = "handover_home"
"""The cookie that redirects a browser from the bare address to the pages of the person who signed in last."""
MAX_AGE = 30 * 24 * 3600


class Sessions:
    """Signs people in; `secure` keeps the cookie off plain http."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="web chat session")
        self._listeners = URLSafeTimedSerializer(secret, salt="web chat news")
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

        response.set_cookie(HOME, person, max_age=MAX_AGE, httponly=True, samesite="lax", secure=self._secure)

    def sign_out(self, response: Response, person: PersonId) -> None:
        """Delete the session of *person* in the browser."""
        response.delete_cookie(COOKIE, path=f"/as/{person}", httponly=True, samesite="lax", secure=self._secure)
        self.forget_home(response)

    def forget_home(self, response: Response) -> None:
        """Delete the cookie of the person who signed in last."""
        response.delete_cookie(HOME, httponly=True, samesite="lax", secure=self._secure)

    def home_of(self, request: Request) -> PersonId | None:
        """Return the person who signed in last in this browser; it proves nothing: their pages check the session."""
        return PersonId(request.cookies[HOME]) if request.cookies.get(HOME) else None

    def listener(self, person: PersonId) -> str:
        """Return a token that lets a page of *person* share one stream of news with other pages of its browser."""
        return str(self._listeners.dumps(person))

    def person_listening(self, listener: str) -> PersonId | None:
        """Return the person of a listener's token; None when it is forged or older than 30 days."""
        try:
            person: object = self._listeners.loads(listener, max_age=MAX_AGE)
        except BadSignature:
            return None
        return PersonId(person) if isinstance(person, str) else None

    def is_signed_in(self, request: Request, person: PersonId) -> bool:
        """Whether the request carries a session of *person*, neither forged nor older than 30 days."""
        try:
            signed: object = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=MAX_AGE)
        except BadSignature:
            return False
        return signed == person
