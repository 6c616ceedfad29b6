import { blockedPanel, goalPanel, menuPanel, overlayPanel } from './earnings-panels.ts'
import { html } from './html.ts'
import { becomeButton, type PageContext, page } from './layout.ts'

/**
 * `/earnings`: what a creator earned and where it is, each tip, and what goes with tips. Its module asks the API for all
 * of it, as the API knows whose it is.
 *
 * @param options.origin - Address of the platform, for the overlay's.
 */
export function earningsPage(context: PageContext, options: { readonly origin: string }): string {
  const { person } = context
  if (person?.role !== 'creator') return refusalPage(context)
  return page(context, {
    title: 'Earnings',
    scripts: ['earnings-page.js'],
    main: html`<div data-earnings data-creator-id="${person.id}" data-origin="${options.origin}">
      <div class="page-heading">
        <h1>Earnings</h1>
        <p class="notice" data-offline role="status" hidden>
          The server does not answer. What stands here may be old; this page tries again by itself.
        </p>
      </div>
      <div class="earnings">
        <div class="earnings-main">
          <section aria-labelledby="balances-title">
            <h2 class="visually-hidden" id="balances-title">Your money</h2>
            <div class="balances" data-balances><p class="hint">Adding it up…</p></div>
          </section>
          <section class="panel" aria-labelledby="tips-title">
            <h2 id="tips-title">Tips</h2>
            <div data-tips><p class="hint">Looking them up…</p></div>
          </section>
        </div>
        <div class="earnings-side">${goalPanel}${overlayPanel}${menuPanel}${blockedPanel}</div>
      </div>
      ${refundDialog}
      <p class="toast" role="status" data-saying></p>
    </div>`,
  })
}

const refundDialog = html`<dialog data-refund aria-labelledby="refund-title">
  <form novalidate>
    <h2 id="refund-title">Refund this tip?</h2>
    <p data-about></p>
    <fieldset class="field">
      <legend>How much</legend>
      <div class="segments pair">
        <label class="segment"><input type="radio" name="extent" value="whole" checked><span data-whole>All of it</span></label>
        <label class="segment"><input type="radio" name="extent" value="part"><span>A part</span></label>
      </div>
    </fieldset>
    <div class="field" data-part hidden>
      <label for="refund-amount">Amount in <span data-currency></span></label>
      <input id="refund-amount" name="amount" inputmode="decimal" autocomplete="off"
        aria-describedby="refund-most refund-amount-error">
      <p class="hint" id="refund-most" data-most></p>
      <p class="field-error" id="refund-amount-error" data-error="amount" role="alert" hidden></p>
    </div>
    <div class="field">
      <label for="refund-reason">Reason <span class="optional">optional, for your own records</span></label>
      <input id="refund-reason" name="reason" maxlength="200" autocomplete="off" aria-describedby="refund-reason-error">
      <p class="field-error" id="refund-reason-error" data-error="reason" role="alert" hidden></p>
    </div>
    <p class="hint">It goes back the way it was paid, and cannot be taken back. The platform gives its share of the fee;
      the rest comes from what you earned.</p>
    <p class="form-error" role="alert" data-form-error hidden></p>
    <div class="actions">
      <button class="button" type="button" data-keep>Keep the tip</button>
      <button class="button danger" type="submit" data-submit>Refund</button>
    </div>
  </form>
</dialog>`

function refusalPage(context: PageContext): string {
  const { person } = context
  return page(context, {
    title: 'Earnings',
    main: html`<section class="message">
      <h1>${person ? 'This account does not earn' : 'Sign in to see what you earned'}</h1>
      <p>${
        person
          ? `${person.name} has a viewer account. Only creators get tips: sign in as Ava or Noa.`
          : 'Earnings belong to a creator. In this demo, become one with one press:'
      }</p>
      <div class="actions">
        ${becomeButton('ava', 'Become Ava, a verified creator', '/earnings')}
        ${becomeButton('noa', 'Become Noa, a new creator', '/earnings')}
      </div>
    </section>`,
  })
}
