# What a shop with BSG's client for Python sends, by the same library; each answer is a line.
import requests

HOST = "https://api.bsg.world"
HEADERS = {
    "X-API-KEY": "test_shop",
    "Content-type": "application/json; charset=utf-8",
    "Accept": "application/json ",
}
ORDER = {
    "messages": [
        {"to": [{"msisdn": 447700900100, "reference": "shop-1"}], "text": "Your order is ready", "alpha_name": "BSG"}
    ],
    "validity": 86400,
}
LOOKUP = [{"msisdn": 447700900100, "reference": "shop-2"}]

session = requests.Session()
answers = [
    session.get(f"{HOST}/rest/common/balance", headers=HEADERS, timeout=10),
    session.post(f"{HOST}/rest/viber/create", headers=HEADERS, json=ORDER, timeout=10),
    session.get(f"{HOST}/rest/viber/reference/shop-1", headers=HEADERS, timeout=10),
    session.post(f"{HOST}/rest/hlr/create", headers=HEADERS, json=LOOKUP, timeout=10),
]
for answer in answers:
    print(answer.text)
