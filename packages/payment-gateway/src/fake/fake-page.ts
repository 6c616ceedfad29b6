import { formatMoney } from '../money-text.ts'
import type { createCounter } from './fake-counter.ts'
import type { FakeCharge, FakeState } from './fake-state.ts'
import type { createWebhookQueue } from './fake-webhooks.ts'

/** What the page shows and does. */
export interface PageContext {
  readonly state: FakeState
  readonly counter: ReturnType<typeof createCounter>
  readonly webhooks: ReturnType<typeof createWebhookQueue>
  readonly pageUrl: string | undefined
}

/** The hosted payment page: `GET <pageUrl>/pay/<ref>` shows it, its buttons `POST` there. It asks for no card. */
export function createPage({ state, counter, webhooks, pageUrl }: PageContext) {
  const mount = pageUrl === undefined ? '' : new URL(pageUrl).pathname.replace(/\/$/, '')

  return async function page(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const ref = pathname.startsWith(`${mount}/pay/`) ? pathname.slice(mount.length + 5) : ''
    const charge = state.charges.get(ref)
    if (!charge)
      return html(404, 'No such payment', '<h1>No such payment</h1><p>The payment is not known here.</p>')
    if (request.method === 'GET') return show(charge)
    if (request.method !== 'POST')
      return html(405, 'Not allowed', '<h1>Not allowed</h1><p>Use the buttons.</p>')
    const choice = new URLSearchParams((await request.text()).slice(0, 200)).get('choice')
    if (charge.status === 'action_required') {
      if (choice === 'pay') counter.settle(charge, 'succeeded')
      else if (choice === 'decline') counter.settle(charge, 'card_declined')
      else counter.settle(charge, 'canceled')
      await webhooks.deliver()
    }
    return leave(charge)
  }
}

function show(charge: FakeCharge): Response {
  if (charge.status !== 'action_required') return leave(charge)
  const amount = escapeHtml(formatMoney(charge.amount, 'en'))
  return html(
    200,
    'Fake payment',
    `<p class="note">This is a test: no money moves.</p>
<h1>Pay ${amount}</h1>
<p>${escapeHtml(charge.description || charge.merchantRef)}</p>
<form method="post">
<button name="choice" value="pay" class="main">Pay ${amount}</button>
<button name="choice" value="decline">Let the bank decline</button>
<button name="choice" value="cancel">Cancel</button>
</form>`,
    charge,
  )
}

function leave(charge: FakeCharge): Response {
  const isPaid = charge.status === 'succeeded'
  const location = isPaid ? charge.returnUrls?.success : charge.returnUrls?.cancel
  if (location) return new Response(null, { status: 303, headers: { location } })
  return html(200, 'Fake payment', `<h1>${isPaid ? 'Paid' : 'Not paid'}</h1><p>You may close this page.</p>`)
}

const style = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:10vh auto;
padding:0 1rem}form{display:grid;gap:.5rem}button{font:inherit;padding:.75rem;border-radius:.5rem;border:1px solid #888;
background:none;color:inherit;cursor:pointer}.main{background:#1f6f43;color:#fff;border:0}.note{opacity:.8}p{overflow-wrap:anywhere}`

function html(status: number, title: string, body: string, charge?: FakeCharge): Response {
  // Browsers apply form-action to where the answer of a form leads as well.
  const back = Object.values(charge?.returnUrls ?? {}).map((url) => new URL(url).origin)
  const policy = `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${back.join(' ')}; base-uri 'none'; frame-ancestors 'none'`
  return new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>${body}</main></body></html>`,
    {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-security-policy': policy,
      },
    },
  )
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
