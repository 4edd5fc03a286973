"""A process of loans in which a rule computes the payment and a score from a table, and decides."""

from workflows.definitions.building.process import build_process
from workflows.definitions.read.parse import parse
from workflows.definitions.read.schema import ProcessKeys
from workflows.domain.definition import WorkflowDefinition

LOAN = """\
process: loan
title: {ru: Заявка, en: Loan}
number: LN
start: application
tables:
  points:
    title: {ru: Баллы, en: Points}
    lines:
      - {when: income >= 100000, value: 30}
      - {when: income >= 50000 and income < 100000, value: 10}
      - {when: 'card == "gold"', value: 20}
      - {when: burden > 0.5, value: -40}
  level:
    take: first
    lines:
      - {when: amount <= 500000, value: '"branch"'}
      - {when: amount <= 3000000, value: '"committee"'}
      - {value: '"board"'}
stages:
  application:
    title: {ru: Заявка, en: Application}
    department: branch
    form:
      client: {type: client, label: {ru: Клиент, en: Client}, required: true}
      amount: {type: money, label: {ru: Сумма, en: Amount}, required: true}
      term: {type: number, label: {ru: Срок, en: Term}, required: true}
      income: {type: money, label: {ru: Доход, en: Income}}
      card:
        type: choice
        label: {ru: Карта, en: Card}
        required: true
        options: {standard: {ru: Обычная, en: Standard}, gold: {ru: Золотая, en: Gold}}
    outcomes:
      taken: {title: {ru: Принята, en: Taken}, to: [scoring], requires: [client, amount, term, card, income]}
      quick: {title: {ru: Без дохода, en: Without income}, to: [scoring], requires: [client, amount, term, card]}
  scoring:
    title: {ru: Скоринг, en: Scoring}
    department: risk
    work:
      rule:
        payment: amount / term
        burden: payment / income
        score: points
        approver: level
    form:
      score: {type: number, label: {ru: Баллы, en: Score}}
      payment: {type: money, label: {ru: Платёж, en: Payment}}
      burden: {type: number, label: {ru: Нагрузка, en: Burden}}
      approver:
        type: choice
        label: {ru: Кто одобряет, en: Approver}
        options:
          branch: {ru: Отделение, en: Branch}
          committee: {ru: Комитет, en: Committee}
          board: {ru: Правление, en: Board}
    outcomes:
      refused: {title: {ru: Отказ, en: Refused}, to: [refused], when: score < 0}
      straight: {title: {ru: Сразу, en: Straight}, to: [issue], when: 'score >= 50 and approver == "branch"'}
      looked_at: {title: {ru: Посмотреть, en: Look at it}, to: [underwriting]}
  underwriting:
    title: {ru: Андеррайтинг, en: Underwriting}
    department: risk
    outcomes:
      fine: {title: {ru: Годится, en: Fine}, to: [issue]}
      no: {title: {ru: Нет, en: No}, to: [refused]}
  issue:
    title: {ru: Выдача, en: Issue}
    department: branch
    outcomes:
      issued: {title: {ru: Выдано, en: Issued}, to: [issued]}
ends:
  issued: {title: {ru: Выдан, en: Issued}, closes: case}
  refused: {title: {ru: Отказано, en: Refused}, closes: case_at_once}
"""


def loan(text: str = LOAN) -> WorkflowDefinition:
    """Build the process."""
    return build_process(parse(text, "loan.yaml", ProcessKeys))
