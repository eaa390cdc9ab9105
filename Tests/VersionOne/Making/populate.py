#!/usr/bin/env python3
"""Fills a running Jalon of schema version 1 with a rich, invented history, through its public API alone.

usage: JALON_ADMIN=SECRET JALON_COORDINATOR=SECRET populate.py URL FOLDER

Writes FOLDER/tokens.txt (caller, secret) and FOLDER/instants.txt (name, instant). The seed is fixed: two runs on the same
day say the same things in the same order; identifiers of tokens, instants and salts differ. Nothing in it is true of anybody.
"""
import datetime
import http.client
import json
import os
import random
import sys
import time
import urllib.parse
from collections import Counter

dice = random.Random(20210101)
LAST_DAY = datetime.date(2026, 11, 20)  # no effect later than this
JSON = "application/json"
MERGE = "application/merge-patch+json"


# --- The API ----------------------------------------------------------------------------------------------------------


class Api:
    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        self.tokens = {}
        self.answers = Counter()
        self.refusals = Counter()

    def ask(self, caller, method, target, body=None, kind=JSON, **headers):
        """Returns status, headers and the text of the answer. Refusals are counted, not raised."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if caller != "anonymous":
            sent["Authorization"] = "Bearer " + self.tokens[caller]
        data = None
        if body is not None:
            sent["Content-Type"] = kind
            data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        self.connection.request(method, urllib.parse.quote(target, safe="/?&=%,:"), data, sent)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if method != "GET":
            self.answers[method, answer.status] += 1
            if answer.status >= 400:
                problem = json.loads(text)
                codes = ",".join(sorted({str(fault.get("code")) for fault in problem.get("errors", [])}))
                self.refusals[method, answer.status, problem.get("type", "").split("/")[-1], codes] += 1
                if os.environ.get("JALON_VERBOSE"):
                    print(method, target, data, text, file=sys.stderr)
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text

    def must(self, *arguments, **headers):
        status, got, text = self.ask(*arguments, **headers)
        if status >= 300:
            sys.exit(f"{arguments[:3]} answered {status}: {text}")
        return got, json.loads(text) if got.get("content-type", "").startswith(JSON) and text else text

    def etag(self, caller, target):
        return self.must(caller, "GET", target)[0]["etag"]

    def patch(self, caller, target, body):
        """Half of the callers read the ETag before, the others say `*`."""
        tag = self.etag(caller, target) if dice.random() < 0.5 else "*"
        return self.ask(caller, "PATCH", target, body, MERGE, If_Match=tag)[0]


api = Api(sys.argv[1])
folder = sys.argv[2]
api.tokens["admin"] = os.environ["JALON_ADMIN"]
api.tokens["coordinator"] = os.environ["JALON_COORDINATOR"]
instants = {}


def note_instant(name):
    """An instant of the server's clock, of whole seconds, that no write is near to."""
    time.sleep(1.5)
    date = api.must("anonymous", "GET", "/livez")[0]["date"]
    instants[name] = datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").strftime("%Y-%m-%dT%H:%M:%SZ")
    time.sleep(1.5)


def key(text):
    """A name for a request that may be sent again."""
    return "fixture-" + text


# --- Tokens and ministries --------------------------------------------------------------------------------------------


def issue(caller, role, label, ministries=None, expires_on=None, again=False):
    body = {"label": label, "role": role}
    if ministries:
        body["ministries"] = ministries
    if expires_on:
        body["expires_on"] = expires_on
    made = api.must("admin", "POST", "/v1/tokens", body, JSON, Idempotency_Key=key("token-" + caller))[1]
    if again:
        api.must("admin", "POST", "/v1/tokens", body, JSON, Idempotency_Key=key("token-" + caller))
    api.tokens[caller] = made["secret"]
    return made["id"]


def make_ministries():
    """Two invented bodies that become one, and a ministry with one more name."""
    bodies = {
        "ODT": ("Office des données de terrain", "ODT", "2020-01-01"),
        "ODM": ("Office des données maritimes", "ODM", "2020-01-01"),
        "ODR": ("Office des données réunies", "ODR", "2024-01-01"),
    }
    for code, (name, acronym, since) in bodies.items():
        api.must("admin", "POST", "/v1/ministries", {
            "code": code, "kind": "operateur", "names": [{"name": name, "acronym": acronym, "from": since}],
            "reason": "Organisme suivi à partir de cette année"}, JSON, Idempotency_Key=key("ministry-" + code))


def unite_ministries():
    on = "2024-01-01"
    for code in ("ODT", "ODM"):
        target = "/v1/ministries/" + code
        headers, body = api.must("admin", "GET", target)
        names = [{k: name[k] for k in ("name", "acronym", "from", "note")} for name in body["names"]]
        names.append({"name": None, "from": on, "note": "Réuni dans l’Office des données réunies"})
        api.must("admin", "PATCH", target, {
            "names": names, "reason": "Réunion des deux offices", "effective_on": on,
            "successions": [{"predecessor": code, "successor": "ODR", "on": on, "kind": "fusion", "note": "Réunion"}],
        }, MERGE, If_Match=headers["etag"])


def rename_ministry(code, name, acronym, since, reason, note=None):
    target = "/v1/ministries/" + code
    headers, body = api.must("admin", "GET", target)
    names = [{k: one[k] for k in ("name", "acronym", "from", "note")} for one in body["names"] if one["from"] != since]
    names = sorted(names + [{"name": name, "acronym": acronym, "from": since, "note": note}], key=lambda one: one["from"])
    api.must("admin", "PATCH", target, {"names": names, "reason": reason}, MERGE, If_Match=headers["etag"])


def census(year, due_on, expected, reason=None, effective_on=None):
    target = f"/v1/censuses/{year}"
    status, headers, _ = api.ask("coordinator", "GET", target)
    body = {"due_on": due_on, "expected": expected}
    if reason:
        body["reason"] = reason
    if effective_on:
        body["effective_on"] = effective_on
    api.must("coordinator", "PUT", target, body, JSON, **({"If_Match": headers["etag"]} if status == 200 else {}))


# --- What the plans say -----------------------------------------------------------------------------------------------

THEMES = {
    "strategie_gouvernance": ("GOU", ["a.1", "a.3", "a.5", "c.2"], [
        "Mesurer l’empreinte du parc", "Nommer un réseau de correspondants", "Publier une charte d’usage",
        "Suivre les indicateurs chaque trimestre"]),
    "sensibilisation_formation": ("FOR", ["b.1", "b.2", "b.3"], [
        "Former les équipes de conception", "Informer les nouveaux arrivants", "Organiser un atelier de réparation",
        "Diffuser un guide des gestes utiles"]),
    "achats": ("ACH", ["d.1", "d.2", "e.1", "e.2", "e.3"], [
        "Acheter du matériel reconditionné", "Demander un indice de réparabilité", "Séparer l’achat des écrans",
        "Allonger la garantie des postes"]),
    "conception_services": ("CON", ["g.1", "g.3", "g.4", "g.10"], [
        "Relire les services à l’aide du référentiel", "Alléger les pages les plus lues",
        "Rendre un téléservice utilisable à faible débit", "Retirer un service peu utilisé"]),
    "centre_donnees": ("CEN", ["h.1", "h.4", "h.6", "h.7"], [
        "Regrouper les salles serveur", "Arrêter les serveurs inutilisés", "Relever l’énergie consommée",
        "Choisir un hébergement économe"]),
    "phase_usage": ("USA", ["f.1", "f.2", "f.5", "f.7"], [
        "Porter la durée d’usage à six ans", "Régler la veille des postes", "Réduire les impressions",
        "Trier les données conservées"]),
    "fin_usage": ("FIN", ["i.1", "i.2", "i.4", "i.8"], [
        "Donner les équipements en état", "Tenir un registre des déchets", "Remettre en état les ordiphones",
        "Collecter les consommables"]),
}
LEADS = ["Service du numérique", "Sous-direction des achats", "Bureau des infrastructures", "Mission innovation",
         "Service de la logistique", "Pôle services en ligne", "Bureau « données, usages »"]
LEVELS = ["reflexion", "experimentation", "realisation"]
WHY_DROPPED = ["Budget non retenu", "Besoin disparu", "Reprise par un autre plan", "Solution abandonnée par le fournisseur"]
WHY_LATER = ["Marché infructueux", "Livraison repoussée", "Équipe occupée par une autre urgence", None]

# ministry, first year, last year, actions, states reached with the days after the first of January of the first year
PLANS = [
    ("TE", 2021, 2022, 14, [("soumise", 60), ("en_relecture", 75), ("validee", 110), ("close", 720)]),
    ("EF", 2021, 2023, 14, [("soumise", 40), ("en_relecture", 50), ("validee", 95), ("close", 1100)]),
    ("DINUM", 2021, 2026, 14, [("soumise", 20), ("en_relecture", 22), ("validee", 31)]),
    ("ODT", 2021, 2023, 6, [("soumise", 90), ("en_relecture", 100), ("validee", 120), ("close", 1094)]),
    ("ODM", 2021, 2023, 6, [("soumise", 95), ("en_relecture", 101), ("validee", 140)]),
    ("INT", 2022, 2024, 16, [("soumise", 45), ("en_relecture", 55), ("validee", 90)]),
    ("CUL", 2022, 2022, 10, [("soumise", 70), ("en_relecture", 80), ("brouillon", 90), ("soumise", 120),
                             ("en_relecture", 125), ("validee", 150)]),
    ("EN", 2022, 2026, 12, [("soumise", 30), ("en_relecture", 42), ("validee", 58)]),
    ("ESR", 2022, 2023, 8, [("soumise", 33), ("en_relecture", 43), ("validee", 77), ("close", 720)]),
    ("TE", 2023, 2025, 18, [("soumise", 25), ("en_relecture", 40), ("validee", 66)]),
    ("AGR", 2023, 2026, 14, [("soumise", 64), ("en_relecture", 70), ("validee", 99)]),
    ("EF", 2024, 2026, 14, [("soumise", 38), ("en_relecture", 45), ("validee", 88)]),
    ("CUL", 2024, 2026, 10, [("soumise", 100), ("en_relecture", 130)]),
    ("ODR", 2024, 2026, 7, [("soumise", 50), ("en_relecture", 60), ("validee", 91)]),
    ("INT", 2025, 2026, 7, [("soumise", 80), ("brouillon", 120)]),
    ("TE", 2026, 2026, 8, [("soumise", 100)]),
    ("ESR", 2026, 2026, 4, []),
]


def day(year, after):
    return datetime.date(year, 1, 1) + datetime.timedelta(days=after)


def make_action(roadmap, number, first_year, last_year):
    theme = list(THEMES)[number % 7] if number < 7 else dice.choice(list(THEMES))
    prefix, practices, titles = THEMES[theme]
    action = {
        "code": f"{prefix}-{number + 1:02}", "title": f"{dice.choice(titles)} ({roadmap.split('-')[0].lower()} {number + 1})",
        "theme": theme, "target_level": dice.choice(LEVELS), "lead": dice.choice(LEADS),
        "practices": sorted(dice.sample(practices, dice.randint(0, 2))),
    }
    if dice.random() < 0.8:
        action["due_on"] = str(day(dice.randint(first_year, last_year), dice.randint(120, 364)))
    if dice.random() < 0.4:
        action["identified_on"] = str(day(first_year, -dice.randint(1, 90)))
    if dice.random() < 0.3:
        action["description"] = f"Périmètre : site {dice.randint(1, 9)}.\nMéthode décrite dans la note n° {dice.randint(10, 99)}."
    if dice.random() < 0.25:
        action["contributors"] = dice.sample(LEADS, 2)
    if dice.random() < 0.2:
        action["key_action"] = True
    if dice.random() < 0.12:
        action["confidential"] = True
    return action


def life_of(action, begins, ends):
    """What happens to an action: pairs of a day and the members that change then."""
    spans = (ends - begins).days

    def some_day(low, high):
        return begins + datetime.timedelta(days=int(spans * dice.uniform(low, high)))

    story = []
    fate = dice.random()
    if fate < 0.9:
        story.append((some_day(0.02, 0.25), {"status": "en_cours", "reason": "Lancement"}))
        story.append((some_day(0.3, 0.5), {"reached_level": "reflexion"}))
    if fate < 0.5:
        finished = some_day(0.55, 0.85)
        change = {"status": "realisee", "reached_level": dice.choice(LEVELS)}
        if dice.random() < 0.4:
            change["completed_on"] = str(finished - datetime.timedelta(days=dice.randint(1, 20)))
        story.append((finished, change))
        if dice.random() < 0.15:
            story.append((some_day(0.88, 0.98), {"status": "en_cours", "reason": "Un site restait à traiter"}))
    elif fate < 0.62:
        story.append((some_day(0.4, 0.7), {"status": "abandonnee", "status_reason": dice.choice(WHY_DROPPED)}))
        if dice.random() < 0.3:
            story.append((some_day(0.8, 0.95), {"status": "a_faire", "reason": "Relancée après arbitrage"}))
    elif fate < 0.9:
        story.append((some_day(0.55, 0.8), {"reached_level": "experimentation"}))
    if dice.random() < 0.35:
        moved = some_day(0.4, 0.75)
        why = dice.choice(WHY_LATER)
        story.append((moved, {"due_on": str(moved + datetime.timedelta(days=dice.randint(30, 400))), **({"reason": why} if why else {})}))
    if dice.random() < 0.2:
        story.append((some_day(0.2, 0.6), {"lead": dice.choice(LEADS)}))
    if dice.random() < 0.12:
        story.append((some_day(0.2, 0.9), {"key_action": not action.get("key_action", False)}))
    if dice.random() < 0.1:
        story.append((some_day(0.3, 0.9), {"theme": dice.choice(list(THEMES)), "reason": "Reclassement"}))
    if action.get("confidential"):
        if dice.random() < 0.6:
            story.append((some_day(0.5, 0.9), {"confidential": False, "reason": "Marché publié"}))
    elif dice.random() < 0.08:
        hidden = some_day(0.3, 0.5)
        story.append((hidden, {"confidential": True, "reason": "Négociation en cours"}))
        if dice.random() < 0.5:
            story.append((some_day(0.6, 0.9), {"confidential": False}))
    return sorted(story, key=lambda part: part[0])


# --- What happens, and when it is told --------------------------------------------------------------------------------

events = []  # (rank of the telling, day, order, function)


def tell(period, on, what):
    if on <= LAST_DAY:
        events.append((period, on, len(events), what))


def period_of(on):
    """Three tellings: what happened until 2022, until 2024, and since."""
    return 0 if on.year <= 2022 else 1 if on.year <= 2024 else 2


def writer(ministry):
    return f"referent:{ministry}" if dice.random() < 0.75 else "coordinator"


def plan_events(ministry, first, last, count, states):
    roadmap = f"{ministry}-{first}"
    starts = day(first, 5)
    actions = [make_action(roadmap, number, first, last) for number in range(count)]
    whole = dice.random() < 0.5
    members = {"ministry": ministry, "first_year": first, "last_year": last,
               "title": f"Feuille de route {first}" + (f"-{last}" if last > first else "")}

    def create_whole():
        at_once = {**members, "due_on": str(day(first, 60)), "effective_on": str(starts), "reason": "Première rédaction"}
        target = f"/v1/roadmaps/{roadmap}/plan"
        by = writer(ministry)
        api.must(by, "PUT", target + "?dry_run=true", {**at_once, "actions": actions}, JSON, If_None_Match="*")
        api.must(by, "PUT", target, {**at_once, "actions": actions}, JSON, If_None_Match="*")

    def create_piece_by_piece():
        by = writer(ministry)
        body = {**members, "effective_on": str(starts)}
        for _ in range(2):  # the second is answered the same, and done once
            api.must(by, "POST", "/v1/roadmaps", body, JSON, Idempotency_Key=key(roadmap))
        for number, action in enumerate(actions):
            said = {**action, "effective_on": str(starts + datetime.timedelta(days=number % 12))}
            named = {"Idempotency_Key": key(f"{roadmap}-{action['code']}")} if number % 3 == 0 else {}
            for _ in range(2 if number % 6 == 0 else 1):
                api.must(by, "POST", f"/v1/roadmaps/{roadmap}/actions", said, JSON, **named)

    tell(period_of(starts), starts, create_whole if whole else create_piece_by_piece)

    # An action too many, taken out of the draft.
    if dice.random() < 0.6:
        extra = {**make_action(roadmap, 0, first, last), "code": "TROP-99", "effective_on": str(starts)}
        removed = starts + datetime.timedelta(days=13)

        def add_and_delete():
            api.must("coordinator", "POST", f"/v1/roadmaps/{roadmap}/actions", extra)
            target = f"/v1/actions/{roadmap}-TROP-99"
            tag = api.etag("coordinator", target)
            api.must("coordinator", "DELETE", f"{target}?effective_on={removed}&reason=Saisie en double", If_Match=tag)

        tell(period_of(removed), removed, add_and_delete)

    for state, after in states:
        on = day(first, after)

        def move(state=state, on=on):
            by = writer(ministry) if state == "soumise" else "coordinator"
            api.patch(by, f"/v1/roadmaps/{roadmap}", {"state": state, "effective_on": str(on)})

        tell(period_of(on), on, move)

    begins = day(first, states[-1][1] if len(states) == 1 else 160) if states else starts
    ends = min(day(last, 360), LAST_DAY)
    closed = [day(first, after) for state, after in states if state == "close"]
    if closed:
        ends = min(ends, closed[0] - datetime.timedelta(days=1))
    for action in actions:
        for on, members_changed in life_of(action, begins, ends):
            # One in eight is told a period too late, after what followed it.
            late = dice.random() < 0.12 and not closed

            def change(action=action, on=on, said=members_changed):
                by = writer(ministry)
                api.patch(by, f"/v1/actions/{roadmap}-{action['code']}", {**said, "effective_on": str(on)})

            tell(period_of(on) + (1 if late else 0), on, change)


def find(filters, caller="coordinator"):
    return api.must(caller, "GET", f"/v1/actions?limit=200&{filters}")[1]["data"]


def late_entries():
    """What was true earlier than was told, and what had been forgotten."""
    # Done some weeks before the day that was told.
    for action in find("year=2022,2024&status=realisee&roadmap_state=validee")[:14]:
        told = datetime.date.fromisoformat(action["completed_on"])
        on = str(told - datetime.timedelta(days=dice.randint(10, 45)))
        api.patch("coordinator", f"/v1/actions/{action['id']}",
                  {"status": "realisee", "completed_on": on, "effective_on": on, "reason": "Date rectifiée d’après le procès-verbal"})
    # A forgotten step, told from the last backwards.
    for action in find("year=2024&status=a_faire&roadmap_state=validee&ministry=AGR,EF,EN,INT")[:5]:
        target = f"/v1/actions/{action['id']}"
        for status, on in (("realisee", "2026-06-30"), ("en_cours", "2026-06-30"), ("en_cours", "2026-03-02"), ("realisee", "2026-06-30")):
            body = {"status": status, "effective_on": on, "reason": "Étape oubliée"}
            if status == "realisee":
                body["completed_on"] = on
            api.patch("coordinator", target, body)
    # Members that nobody has touched since.
    for action in find("year=2023&roadmap_state=validee")[3:40:3]:
        on = str(day(2023, dice.randint(20, 300)))
        api.patch("coordinator", f"/v1/actions/{action['id']}",
                  {"description": "Précision apportée lors de la revue annuelle.", "effective_on": on, "reason": "Revue annuelle"})
    # Actions that were there and had not been told.
    for roadmap, on in (("INT-2022", "2022-09-15"), ("EN-2022", "2023-02-01"), ("AGR-2023", "2024-05-02"), ("DINUM-2021", "2021-10-04")):
        api.must("coordinator", "POST", f"/v1/roadmaps/{roadmap}/actions", {
            "code": "TARD-1", "title": "Action retrouvée dans les archives", "theme": "phase_usage", "target_level": "experimentation",
            "status": "en_cours", "due_on": "2024-06-30", "effective_on": on, "reason": "Oubli"}, JSON,
            Idempotency_Key=key("late-" + roadmap))
    # A validation that was earlier.
    api.patch("coordinator", "/v1/roadmaps/EN-2022", {"state": "validee", "effective_on": str(day(2022, 50)), "reason": "Date de la décision"})
    # What is refused changes nothing: a step that something has followed, a closed roadmap, a stale ETag.
    done = find("year=2022&status=realisee&roadmap_state=validee")[0]["id"]
    api.patch("coordinator", f"/v1/actions/{done}", {"status": "a_faire", "effective_on": "2022-02-01"})
    api.patch("coordinator", "/v1/actions/TE-2021-GOU-01", {"title": "Trop tard"})
    api.ask("coordinator", "PATCH", "/v1/actions/EN-2022-GOU-01", {"title": "Périmé"}, MERGE, If_Match='"1"')


def drafts_that_go():
    """A draft that is deleted for good, and one that comes back."""
    for roadmap, year, back in (("AGR-2021", 2021, False), ("FP-2023", 2023, True)):
        ministry = roadmap.split("-")[0]
        plan = {"ministry": ministry, "first_year": year, "title": "Ébauche", "effective_on": f"{year}-02-01",
                "actions": [make_action(roadmap, number, year, year) for number in range(4)]}
        api.must("coordinator", "PUT", f"/v1/roadmaps/{roadmap}/plan", plan, JSON, If_None_Match="*")
        tag = api.etag("coordinator", f"/v1/actions/{roadmap}-{plan['actions'][0]['code']}")
        api.must("coordinator", "DELETE",
                 f"/v1/actions/{roadmap}-{plan['actions'][0]['code']}?effective_on={year}-02-20&reason=Sans objet", If_Match=tag)
        tag = api.etag("coordinator", f"/v1/roadmaps/{roadmap}")
        api.must("coordinator", "DELETE", f"/v1/roadmaps/{roadmap}?effective_on={year}-03-01&reason=Plan reporté", If_Match=tag)
        if back:
            plan.update(title="Seconde ébauche", effective_on=f"{year}-05-02", last_year=year + 1)
            api.must("coordinator", "PUT", f"/v1/roadmaps/{roadmap}/plan", plan, JSON, If_None_Match="*")


def plans_again():
    """Whole plans sent again: unchanged, changed in JSON, YAML and CSV."""
    target = "/v1/roadmaps/TE-2023/plan"
    headers, plan = api.must("referent:TE", "GET", target)
    api.must("referent:TE", "PUT", target, plan, JSON, If_Match=headers["etag"])  # changes nothing
    plan["title"] = "Feuille de route 2023-2025, version consolidée"
    for action in plan["actions"][::3]:
        action["description"] = "Texte consolidé en comité de suivi."
        action["contributors"] = ["Service du numérique", "Mission innovation"]
    plan["actions"].append({"code": "AJOUT-1", "title": "Action ajoutée au plan", "theme": "Fin d’usage", "target_level": "Réalisation",
                            "status": "En cours", "key_action": True})
    plan.update(effective_on="2025-06-02", reason="Comité de suivi")
    api.must("referent:TE", "PUT", target, plan, JSON, If_Match=api.etag("referent:TE", target))

    target = "/v1/roadmaps/AGR-2023/plan"
    codes = [action["code"] for action in api.must("coordinator", "GET", target)[1]["actions"]]
    yaml = "ministry: AGR\nfirst_year: 2023\neffective_on: 2025-09-01\nreason: Points d’étape\nactions:\n" + "".join(
        f"  - code: {code}\n    lead: Bureau des infrastructures\n    key_action: {'true' if number % 2 else 'false'}\n"
        for number, code in enumerate(codes[:8]))
    api.must("coordinator", "PUT", target, yaml, "application/yaml", If_Match=api.etag("coordinator", target))

    target = "/v1/roadmaps/EF-2024/plan"
    codes = [action["code"] for action in api.must("coordinator", "GET", target)[1]["actions"]]
    table = "code;Pilote;Échéance\r\n" + "".join(f"{code};Pôle services en ligne;31/12/2026\r\n" for code in codes[:9])
    api.must("referent:EF", "PUT", target, table, "text/csv", If_Match=api.etag("referent:EF", target))
    table = "code,description\r\n" + "".join(f"{code},'=texte commençant comme une formule\r\n" for code in codes[:2])
    api.must("referent:EF", "PUT", target, table, "text/csv", If_Match="*")


def snapshot(name, body):
    for _ in range(2):
        made = api.must("coordinator", "POST", "/v1/snapshots", body, JSON, Idempotency_Key=key("snapshot-" + name))[1]
    return made["id"]


def tell_all_of(period):
    for _, _, _, what in sorted((event for event in events if event[0] == period), key=lambda event: (event[1], event[2])):
        what()


def main():
    # Tokens of each role, some of them revoked, one that ends soon.
    make_ministries()
    used = sorted({plan[0] for plan in PLANS})
    for ministry in used:
        issue(f"referent:{ministry}", "referent", f"Référent {ministry}", [ministry], again=ministry == "TE")
    issue("referent:EF,CUL", "referent", "Référent de deux ministères", ["EF", "CUL"])
    issue("reader", "reader", "Tableau de bord")
    revoked = [issue("revoked-reader", "reader", "Ancien tableau de bord"),
               issue("revoked-referent", "referent", "Ancien référent", ["INT"]),
               issue("revoked-coordinator", "coordinator", "Ancienne coordination")]
    issue("soon", "reader", "Prêt de quelques jours", expires_on="2026-12-15")

    for plan in PLANS:
        plan_events(*plan)

    # First telling.
    census(2021, "2021-03-31", ["TE", "EF", "DINUM", "ODT", "ODM", "AGR"], effective_on="2021-01-04")
    census(2022, "2022-03-31", ["TE", "EF", "INT", "CUL", "EN", "ESR", "AGR"], effective_on="2022-01-03")
    tell_all_of(0)
    drafts_that_go()
    api.must("revoked-coordinator", "PATCH", "/v1/actions/INT-2022-GOU-01", {"title": "Mesurer l’empreinte du parc informatique"}, MERGE, If_Match="*")
    note_instant("K1")

    # Second telling.
    snapshot("2022", {"year": 2022, "title": "Bilan 2022", "as_of": "2022-12-31", "note": "Première édition."})
    for token in revoked:
        api.must("admin", "DELETE", f"/v1/tokens/{token}")
    unite_ministries()
    census(2023, "2023-04-15", ["TE", "EF", "INT", "EN", "ESR", "AGR", "DINUM"])
    census(2024, "2024-03-31", ["TE", "EF", "INT", "CUL", "EN", "AGR", "DINUM", "ODR"], "Avec l’office réuni")
    census(2022, "2022-04-15", ["TE", "EF", "INT", "CUL", "EN", "ESR", "AGR", "DINUM"], "Délai accordé, un organisme de plus")
    tell_all_of(1)
    rename_ministry("CUL", "Ministère de la Culture et du Patrimoine", "MCP", "2024-02-01", "Nom inventé pour cet essai")
    note_instant("K2")

    # Third telling.
    snapshot("2023", {"year": 2023, "title": "Bilan 2023 de quatre ministères", "as_of": "2023-12-31", "ministries": ["TE", "EF", "INT", "AGR"]})
    census(2026, "2026-05-31", ["TE", "EF", "EN", "ESR", "AGR", "DINUM", "ODR", "SPM"])
    tell_all_of(2)
    plans_again()
    note_instant("K3")

    # Last telling: all that comes too late.
    tell_all_of(3)
    late_entries()
    rename_ministry("CUL", "Ministère de la Culture et des Patrimoines", "MCP", "2024-02-01", "Nom corrigé", "Orthographe corrigée")
    census(2024, "2024-04-30", ["TE", "EF", "INT", "CUL", "EN", "AGR", "DINUM", "ODR", "FP"], "Délai accordé", effective_on="2024-03-15")
    snapshot("2022-again", {"year": 2022, "title": "Bilan 2022, corrigé", "as_of": "2022-12-31", "note": "Dates rectifiées.", "replaces": "2022-1"})
    snapshot("2024", {"year": 2024, "title": "Plans validés de 2024", "as_of": "2024-12-31", "roadmap_states": ["validee", "close"],
                      "themes": ["achats", "fin_usage", "phase_usage"]})
    # After the last edition of 2022, so that its verification has something to tell.
    for action in find("year=2022&status=en_cours&roadmap_state=validee&ministry=INT,EN")[:3]:
        api.patch("coordinator", f"/v1/actions/{action['id']}",
                  {"reached_level": "realisation", "effective_on": "2022-12-20", "reason": "Relevé de fin d’année"})
    for action in find("year=2022&key_action=false&roadmap_state=validee&ministry=INT,DINUM")[:4]:
        api.patch("coordinator", f"/v1/actions/{action['id']}",
                  {"key_action": True, "effective_on": "2022-11-02", "reason": "Actions-clés de 2022"})
    # A key that was used for something else is refused.
    api.ask("coordinator", "POST", "/v1/roadmaps/EN-2022/actions",
            {"code": "X-1", "title": "Autre", "theme": "achats", "target_level": "reflexion"}, JSON, Idempotency_Key=key("late-EN-2022"))
    note_instant("K")

    with open(f"{folder}/tokens.txt", "w") as file:
        file.writelines(f"{caller} {secret}\n" for caller, secret in api.tokens.items())
    with open(f"{folder}/instants.txt", "w") as file:
        file.writelines(f"{name} {instant}\n" for name, instant in instants.items())
    print("answers to writes:", dict(sorted((f"{m} {s}", n) for (m, s), n in api.answers.items())))
    for refusal, times in sorted(api.refusals.items(), key=str):
        print("refused:", times, *refusal)


main()
