"""A company with records and services, for stories about them: small files as an author would write them."""

from pathlib import Path

from workflows.definitions.load import Company, load_company

ORGANISATION = """\
organisation: {en: Works}
departments:
  sales: {title: {en: Sales}, head: anna}
  support: {title: {en: Support}, head: stepan}
people:
  anna: {name: {en: Anna}, post: {en: Manager}, department: sales}
  stepan: {name: {en: Stepan}, post: {en: Engineer}, department: support}
"""
CLIENT = """\
record: client
title: {en: Client}
fields:
  inn: {type: inn, label: {en: INN}}
  phone: {type: phone, label: {en: Phone}}
  card_type:
    type: choice
    label: {en: Card}
    options: {standard: {en: Standard}, gold: {en: Gold}}
shown: [card_type, phone]
search: [phone]
duplicates: [inn, phone]
"""
OBJECT = """\
record: object
title: {en: Building}
name: {en: Address}
number: OBJ
fields:
  floors: {type: number, label: {en: Floors}, required: true}
  keys_at: {type: text, label: {en: Keys at}}
shown: [floors, keys_at]
search: [keys_at]
duplicates: [name]
owner: true
"""
SERVICE = """\
record: service
title: {en: Service}
catalogue: true
"""
ENTRIES = """\
catalogue: service
entries:
  internet:
    title: {en: Internet}
    parameters:
      speed: {type: number, label: {en: "Speed, Mbit/s"}, required: true, default: 100}
      users: {type: number, label: {en: Users}}
      sender: {type: text, label: {en: Sender name}}
    required_when:
      sender: users > 50
  survey:
    title: {en: Survey}
    parameters:
      points: {type: number, label: {en: Points}, required: true}
"""
PROCESS = """\
process: order
title: {en: Order}
number: ORD
start: intake
offers: service
summary: [object, service]
stages:
  intake:
    title: {en: Intake}
    department: sales
    form:
      client: {type: client, label: {en: Client}, required: true}
      object: {type: record, kind: object, label: {en: Building}, required: true}
      keys_at: {type: text, label: {en: Keys at}, of_record: object.keys_at}
      card:
        type: choice
        label: {en: Card}
        options: {standard: {en: Standard}, gold: {en: Gold}}
        of_record: client.card_type
      service: {type: record, kind: service, label: {en: Service}, required: true}
    outcomes:
      send: {title: {en: Send}, to: [work]}
  work:
    title: {en: Work}
    department: support
    form:
      other: {type: record, kind: object, label: {en: Other building}, add: false}
      floors: {type: number, label: {en: Floors}, of_record: object.floors}
    outcomes:
      done: {title: {en: Done}, to: [{end: done}]}
      gift: {title: {en: With a gift}, to: [{end: done}], when: client.card_type == "gold"}
      first: {title: {en: First visit}, to: [{end: done}], when: object is new}
ends:
  done: {title: {en: Done}, closes: case}
"""
FILES = {
    "organisation.yaml": ORGANISATION,
    "records/client.yaml": CLIENT,
    "records/object.yaml": OBJECT,
    "records/service.yaml": SERVICE,
    "records/service.entries.yaml": ENTRIES,
    "workflows/order.yaml": PROCESS,
}


def write(folder: Path, **changed: str) -> Path:
    """Write the company; *changed* files replace those of the same stem (`order`, `service_entries`)."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        stem = path.name.removesuffix(".yaml").replace(".", "_")
        path.write_text(changed.get(stem, text), encoding="utf-8")
    return folder


def company(folder: Path, **changed: str) -> Company:
    """Return the company."""
    return load_company(write(folder, **changed))
