import { callApi } from './api.js'
import { pick, pickElement, setText } from './elements.js'
import { moneyText } from './format.js'

const everySeconds = 10

/**
 * What the stream has cost so far, beside its budget. The owner alone is told.
 *
 * @param {HTMLElement} root
 */
export function bindCostMeter(root) {
  const panel = pickElement(root, '[data-cost-panel]')
  const meter = pick(panel, '[data-cost-meter]', HTMLProgressElement)
  const budgetText = pickElement(panel, '[data-cost-of]')
  const note = pickElement(panel, '[data-budget-note]')
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer
  let streamId = ''

  async function read() {
    const asked = streamId
    try {
      const answer = await callApi('GET', `/streams/${asked}/status`)
      if (asked === streamId && answer.cost) show(answer)
    } catch {
      // The page says itself when the server is away; the last figure stays.
    }
  }

  /** @param {{ cost: import('@stagedoor/streaming-core').StreamCost, budget?: import('@stagedoor/streaming-core').MoneyJson }} answer */
  function show({ cost, budget }) {
    const total = moneyText(cost.total)
    setText(pickElement(panel, '[data-cost]'), total)
    setText(pickElement(root, '[data-summary-cost]'), total)
    const hours = cost.usage.viewerHours.toLocaleString('en', { maximumFractionDigits: 2 })
    setText(pickElement(panel, '[data-cost-usage]'), `${hours} viewer-hours · prices of ${cost.asOf}.`)
    const hasBudget = budget !== undefined && budget.currency === cost.total.currency
    meter.hidden = !hasBudget
    budgetText.hidden = !hasBudget
    note.hidden = true
    if (!hasBudget) return
    const percent = Math.floor((Number(cost.total.amount) / Number(budget.amount)) * 100)
    meter.value = Math.min(100, percent)
    setText(budgetText, `of ${moneyText(budget)} · ${percent} %`)
    note.hidden = percent < 80
    setText(
      note,
      percent < 100
        ? 'Most of your budget is spent.'
        : 'Your budget is spent. The stream goes on until you end it.',
    )
  }

  function stop() {
    clearInterval(timer)
    timer = undefined
  }

  return {
    /** @param {import('./api.js').Stream} stream */
    follow(stream) {
      const isNew = stream.id !== streamId
      streamId = stream.id
      const runs = stream.status === 'live' || stream.status === 'interrupted'
      if (isNew) setText(pickElement(root, '[data-summary-cost]'), '–')
      if (runs && timer === undefined) timer = setInterval(() => void read(), everySeconds * 1000)
      if (!runs) stop()
      if (stream.status !== 'ready') void read()
    },
    stop() {
      stop()
      streamId = ''
    },
  }
}
