"""Who a browser window is: a signed cookie for each person, valid under that person's pages only."""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from workflows.domain.ids import PersonId
from workflows.usecases.sign_ins import LASTS, SignIn

MAX_AGE = int(LASTS.total_seconds())


class Sessions:
    """Carries sign-ins in cookies and tokens; `secure` keeps the cookie off plain http.

    A browser sends the cookies of an address to all of its ports: *name* tells the programs on one address apart.
    What is read is genuine, but it may have been ended meanwhile: `SignIns` knows.
    """

    def __init__(self, secret: str, *, secure: bool, name: str = "handover") -> None:
        self._signer = URLSafeTimedSerializer(secret, salt=f"{name} web chat session")
        self._listeners = URLSafeTimedSerializer(secret, salt=f"{name} web chat news")
        self._secure = secure
        self.cookie = f"{name}_session"
        self._home = f"{name}_home"
        """The cookie that leads a browser from the bare address to the pages of the person who signed in last."""

    def sign_in(self, response: Response, sign_in: SignIn) -> None:
        """Give the browser a session that is sent to the pages of its person alone."""
        person = sign_in.person
        response.set_cookie(
            self.cookie,
            _signed(self._signer, sign_in),
            max_age=MAX_AGE,
            path=f"/as/{person}",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

        response.set_cookie(self._home, person, max_age=MAX_AGE, httponly=True, samesite="lax", secure=self._secure)

    def sign_out(self, response: Response, person: PersonId) -> None:
        """Delete the session of *person* in the browser."""
        response.delete_cookie(self.cookie, path=f"/as/{person}", httponly=True, samesite="lax", secure=self._secure)
        self.forget_home(response)

    def forget_home(self, response: Response) -> None:
        """Delete the cookie of the person who signed in last."""
        response.delete_cookie(self._home, httponly=True, samesite="lax", secure=self._secure)

    def home_of(self, request: Request) -> PersonId | None:
        """Return the person who signed in last in this browser; it proves nothing: their pages check the session."""
        return PersonId(request.cookies[self._home]) if request.cookies.get(self._home) else None

    def listener(self, sign_in: SignIn) -> str:
        """Return a token that lets a page share one stream of news with other pages of its browser."""
        return _signed(self._listeners, sign_in)

    def sign_in_listening(self, listener: str) -> SignIn | None:
        """Return the sign-in of a listener's token; None when it is forged or older than 30 days."""
        return _read(self._listeners, listener)

    def sign_in_of(self, request: Request) -> SignIn | None:
        """Return the sign-in that the request carries; None without one, or when it is forged or older than 30 days."""
        return _read(self._signer, request.cookies.get(self.cookie, ""))


def _signed(signer: URLSafeTimedSerializer, sign_in: SignIn) -> str:
    return str(signer.dumps([sign_in.person, sign_in.epoch, sign_in.id]))


def _read(signer: URLSafeTimedSerializer, signed: str) -> SignIn | None:
    try:
        match signer.loads(signed, max_age=MAX_AGE):
            case [str(person), str(epoch), str(id_)]:
                return SignIn(person=PersonId(person), epoch=epoch, id=id_)
    except BadSignature:
        pass
    return None
