"""A token's end is exact, with a cache or without one."""

import time

from world import claims, login


def run(world):
    token = world.grant(login("alice", "alice-password"))["access_token"]
    world.ask("a fresh token", 200, "GET", "/api/orders", who=token)
    ends = claims(token)["exp"]
    seen = []
    while time.time() < ends + 0.5:
        asked = time.time()
        status = world.send("GET", "/api/orders", who=token).status
        seen.append((status, asked - ends, time.time() - ends))
        time.sleep(0.05)
    world.fact("good until its end", all(status == 200 for status, _, answered in seen if answered < 0), seen)
    world.fact("bad from its end", all(status == 401 for status, asked, _ in seen if asked > 0.01), seen)
    world.ask("an expired token is a bad one", 401, "GET", "/api/orders", who=token, kind="token-invalid")
