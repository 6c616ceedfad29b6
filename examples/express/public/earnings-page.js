import { callApi } from './api.js'
import { createBalancePanel } from './balance-panel.js'
import { bindBlockedPanel } from './blocked-panel.js'
import { pick, pickElement, setText } from './elements.js'
import { bindGoalPanel } from './goal-panel.js'
import { bindMenuPanel } from './menu-panel.js'
import { bindOverlayPanel } from './overlay-panel.js'
import { bindRefundDialog } from './refund-dialog.js'
import { createTipList } from './tip-list.js'

const refreshSeconds = 15
/** Who comes back by a press on the window gets `focus` and `visibilitychange` both. */
const leastPauseMs = 500

const root = document.querySelector('[data-earnings]')

if (root instanceof HTMLElement) {
  const creatorId = root.dataset.creatorId ?? ''
  const origin = root.dataset.origin ?? location.origin
  const offline = pickElement(root, '[data-offline]')
  const saying = pickElement(root, '[data-saying]')

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence
  /** @param {string} message */
  const say = (message) => {
    clearTimeout(silence)
    setText(saying, message)
    silence = setTimeout(() => setText(saying, ''), 8000)
  }

  const balances = createBalancePanel(pickElement(root, '[data-balances]'), creatorId)
  const menu = bindMenuPanel(pickElement(root, '[data-menu]'), {
    creatorId,
    say,
    onItems: () => tips.render(),
  })
  const dialog = pick(root, '[data-refund]', HTMLDialogElement)
  const refund = bindRefundDialog(dialog, {
    onChange: (tip, message) => {
      tips.update(tip)
      if (message) say(message)
      void refresh()
    },
    onClose: (tip) => {
      tips.focus(tip.id)
      void refresh()
    },
  })
  const tips = createTipList(pickElement(root, '[data-tips]'), {
    creatorId,
    menuTitle: menu.titleOf,
    onRefund: refund.open,
    onBlock: async (tip) => {
      await blocked.blockByTip(tip)
      tips.focus(tip.id, 'block')
    },
  })
  const goal = bindGoalPanel(pickElement(root, '[data-goal]'), { creatorId, say })
  const overlay = bindOverlayPanel(pickElement(root, '[data-overlay]'), { creatorId, origin, say })
  const blocked = bindBlockedPanel(pickElement(root, '[data-blocked]'), { creatorId, say })

  let hasRules = false
  async function loadRules() {
    if (hasRules) return
    const { currencies } = await callApi('GET', '/api/tips/rules')
    const codes = currencies.map((/** @type {{ currency: string }} */ { currency }) => currency)
    menu.setRanges(currencies)
    goal.setCurrencies(codes)
    overlay.setCurrencies(codes)
    hasRules = true
  }

  let refreshedAt = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  async function refresh() {
    clearTimeout(timer)
    refreshedAt = Date.now()
    if (document.visibilityState === 'visible') {
      try {
        await loadRules()
        const parts = [balances, tips, goal, menu, overlay, blocked]
        await Promise.all(parts.map((part) => part.refresh()))
        offline.hidden = true
      } catch {
        offline.hidden = false
      }
    }
    clearTimeout(timer)
    timer = setTimeout(refresh, refreshSeconds * 1000)
  }

  const onReturn = () => {
    if (document.visibilityState === 'visible' && Date.now() - refreshedAt > leastPauseMs) void refresh()
  }
  document.addEventListener('visibilitychange', onReturn)
  addEventListener('focus', onReturn)
  void refresh()
}
