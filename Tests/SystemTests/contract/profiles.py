"""The members of a registration: what each may be, and what is made of an e-mail."""

import uuid

from world import PASSWORD, login, new_key

PATH = "/api/register"
BAD_EMAILS = (
    "",
    "a",
    "@",
    "a@",
    "@example.org",
    "a@b@example.org",
    "a b@example.org",
    ".a@example.org",
    "a.@example.org",
    "a..b@example.org",
    "иван@example.org",
    '"a b"@example.org',
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@-b.org",
    "a@b-.org",
    "a@b..org",
    "a@.org",
    "a@example.org.",
    "x" * 65 + "@example.org",
    "a@" + "x" * 64 + ".org",
    "x@" + ".".join(["y" * 62] * 4) + ".org",
    "a@b_c.org",
    "a@example.org\n",
    "a@example.org\r\nBcc: b@example.org",
    " a@example.org",
    "a@example.org ",
    "a@example.org,b@example.org",
    "a@exa%6dple.org",
    "a@münchen.de/x",
    "a@münchen.de:80",
    "a@münchen.de#x",
    "a@mün chen.de",
    "a@\u200b.org",
    "a\u0000@example.org",
    "a@exam\u0000ple.org",
    "a@ü@example.org",
    "a@-ü.org",
    "Anna <a@example.org>",
    "mailto:a@example.org",
    "a@xn--.org/",
    1,
    None,
    [],
    {"a": 1},
    True,
)
BAD_NAMES = ("", " ", "\u3000", "x" * 256, "a\u0000", "a\nb", "a\u0085", "a\ufffe", "<script>", 1, None)


def person(**members):
    return {
        "email": f"r-{uuid.uuid4().hex[:16]}@example.org",
        "password": PASSWORD,
        "firstName": "Anna",
        "lastName": "B",
        **members,
    }


def run(world):
    members(world)
    emails(world)
    passwords(world)


def members(world):
    tables = {
        "email": BAD_EMAILS,
        "firstName": BAD_NAMES,
        "lastName": BAD_NAMES,
        "phone": (
            "",
            "+",
            "79161234567",
            "+0791612345",
            "+7 9161234567",
            "+7-916-123",
            "+1234567890123456",
            "+7916123456x",
            "+1",
            "++79161234567",
            "+７９１６１２３４５６７",
            "tel:+79161234567",
            79161234567,
            None,
        ),
        "locale": ("", "e", "englishenglish", "en--GB", "en-", "-en", "ру", "en GB", "en/GB", "x" * 36, "e1", 1, None),
        "password": (
            "",
            "x" * 257,
            "𝕏" * 257,
            "correct\u0000horse",
            "correct\nhorse",
            "correct\u007fhorse",
            "correct\u0085horse",
            12345678,
            None,
            "short",
        ),
    }
    for member, values in tables.items():
        for value in values:
            world.ask(
                f"{member} {str(value)[:40]!r}",
                422,
                "POST",
                PATH,
                person(**{member: value}),
                key=new_key(),
                places=["/" + member],
            )
    for member in ("email", "password", "firstName", "lastName"):
        without = {name: value for name, value in person().items() if name != member}
        world.ask(f"no {member}", 422, "POST", PATH, without, key=new_key(), places=["/" + member])
    world.ask(
        "everything wrong",
        422,
        "POST",
        PATH,
        person(email="a", password="", phone="1", locale="", role="operator"),
        key=new_key(),
        places=["/email", "/locale", "/password", "/phone", "/role"],
    )
    world.ask(
        "a name the provider refuses and a short password are shape and policy",
        422,
        "POST",
        PATH,
        person(firstName="a<b>"),
        key=new_key(),
        places=["/firstName"],
    )
    for member, values in {
        "phone": ("+79161234567", "+123456789012345"),
        "locale": ("ru", "en", "EN-us", "en_GB", "zh-Hant-TW", "de-1996"),
        "firstName": ("Анна", "О'Нил-Иванова", "李", "x" * 255, "Mary Ann"),
        "lastName": ("é", "e\u0301", "y" * 255),
    }.items():
        for value in values:
            world.ask(f"{member} {value[:20]!r}", 201, "POST", PATH, person(**{member: value}), key=new_key())


def emails(world):
    mark = uuid.uuid4().hex[:12]
    for given, kept in (
        (f"A.B+{mark}@Example.ORG", f"a.b+{mark}@example.org"),
        (f"{mark}@münchen.de", f"{mark}@xn--mnchen-3ya.de"),
        (f"{mark}@МОСКВА.РФ", f"{mark}@xn--80adxhks.xn--p1ai"),
        (f"{mark}@BÜCHER.example", f"{mark}@xn--bcher-kva.example"),
        (f"{mark}x@xn--mnchen-3ya.de", f"{mark}x@xn--mnchen-3ya.de"),
        (f"{mark}@1-a.example-2.org", f"{mark}@1-a.example-2.org"),
        (f"{mark}@mu\u0308nich.de", f"{mark}@xn--mnich-kva.de"),
    ):
        made = world.ask(f"the e-mail {given}", 201, "POST", PATH, person(email=given), key=new_key())
        world.fact(f"it is kept as {kept}", made.json.get("email") == kept, made)
        if made.status == 201:
            world.fact("and is what one logs in with", "access_token" in world.grant(login(kept)))
            world.ask(
                "it is taken now, in any letters",
                409,
                "POST",
                PATH,
                person(email=kept.upper()),
                key=new_key(),
                kind="email-taken",
            )
    for given in (f"{mark}$x@example.org", f"{mark}|x@example.org", f"{mark}'x@example.org"):
        refused = world.ask(
            f"what the provider refuses in a username: {given}",
            (201, 422),
            "POST",
            PATH,
            person(email=given),
            key=new_key(),
        )
        world.fact("is told of the e-mail", refused.status == 201 or refused.places == ["/email"], refused)


def passwords(world):
    for password in (
        "x" * 256,
        "𝕏" * 256,
        "пароль с пробелами",
        "e\u0301" * 128,
        "        ",
        'a"\\b{}%s<&>',
        "\u200b" * 8,
        "\ufffeabcdefgh",
    ):
        made = person(password=password)
        world.ask(f"the password {password[:20]!r}", 201, "POST", PATH, made, key=new_key())
        world.fact("one logs in with it", "access_token" in world.grant(login(made["email"], password)))
