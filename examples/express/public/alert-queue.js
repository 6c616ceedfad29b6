/**
 * @typedef {import('./amount.js').MoneyJson} MoneyJson
 * @typedef {{ type: 'tip.completed', id: string, isTest: boolean,
 *   tip: { amount: MoneyJson, from: string | null, message?: string } }} TipAlert
 * @typedef {{ type: 'goal.reached', id: string, goal: { title: string, kind: 'single' | 'stepped' | 'resetting' },
 *   target: MoneyJson, level: number, rounds?: number }} GoalAlert
 * @typedef {{ type: 'more', tips: number }} MoreAlert - Tips that had to be folded.
 * @typedef {TipAlert | GoalAlert | MoreAlert} Alert
 * @typedef {{ alert: Alert, position: string }} Waiting - `position` is the alert's number in the feed.
 */

/** As many ids as are remembered, to tell a repetition. */
const mostIds = 1000

/**
 * Alerts that wait to be shown, in their order and each once. When more wait than fit, the smallest tips, the oldest of
 * them first, are folded into one line that says how many they were. It is shown in its turn.
 *
 * @param {{ mostWaiting?: number }} [options]
 */
export function createAlertQueue({ mostWaiting = 50 } = {}) {
  /** @type {Waiting[]} */
  let waiting = []
  /** The line, while it waits. @type {MoreAlert | null} */
  let line = null
  /** @type {Set<string>} */
  let ids = new Set()

  function fold() {
    const out = smallest(waiting) ?? waiting.find(({ alert }) => alert !== line)
    if (!out) return
    waiting = waiting.filter((one) => one !== out)
    if (line === null) {
      line = { type: 'more', tips: 0 }
      waiting.push({ alert: line, position: out.position })
    }
    line.tips += 1
  }

  return {
    /**
     * @param {TipAlert | GoalAlert} alert
     * @param {string} position
     */
    add(alert, position) {
      if (ids.has(alert.id)) return
      ids.add(alert.id)
      if (ids.size > mostIds) ids = new Set([...ids].slice(mostIds / 2))
      waiting.push({ alert, position })
      if (waiting.length - (line ? 1 : 0) > mostWaiting) fold()
    },
    /** @returns {Waiting | undefined} */
    next() {
      const first = waiting.shift()
      if (first?.alert === line) line = null
      return first
    },
    clear() {
      waiting = []
      line = null
    },
  }
}

/**
 * The smallest tip, of several the oldest. Amounts of different currencies cannot be compared: it is of the first one's.
 *
 * @param {readonly Waiting[]} waiting
 */
function smallest(waiting) {
  const tips = waiting.flatMap((one) =>
    one.alert.type === 'tip.completed' && !one.alert.isTest ? [{ one, amount: one.alert.tip.amount }] : [],
  )
  const alike = tips.filter(({ amount }) => amount.currency === tips[0]?.amount.currency)
  /** @type {typeof alike[number] | null} */
  let least = null
  for (const tip of alike) {
    if (least === null || BigInt(tip.amount.amount) < BigInt(least.amount.amount)) least = tip
  }
  return least?.one ?? null
}
