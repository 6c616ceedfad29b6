import type { Stream } from '@stagedoor/streaming-core'
import { nameOf, people } from '../people.ts'
import { type Html, html } from './html.ts'
import { becomeButton, type PageContext } from './layout.ts'

/** What the fake gateway's instruments do, as test cards of a real one would. */
const instruments = [
  ['fake_ok', 'It works'],
  ['fake_declined', 'The bank says no'],
  ['fake_redirect', 'On the bank’s own page'],
  ['fake_pending', 'It takes some seconds'],
  ['fake_lost', 'Paid, but the answer gets lost'],
  ['fake_dispute', 'Paid, then disputed at the bank'],
] as const

/** Tips beside the player: the goal, what just came in, and the form. Its module asks the API for all of it. */
export function tipPanel(context: PageContext, stream: Stream, isFakeMoney: boolean): Html {
  const creator = nameOf(stream.creatorId)
  return html`<aside class="tipping" data-tipping data-creator-id="${stream.creatorId}" data-stream-id="${stream.id}"
      aria-label="Tips">
    <section class="panel goal-bar" data-goal hidden aria-labelledby="goal-title">
      <h2 id="goal-title" data-goal-title></h2>
      <progress max="1000" value="0" data-goal-bar aria-labelledby="goal-title"></progress>
      <p class="hint" data-goal-text></p>
    </section>
    <section class="panel" aria-labelledby="tip-title">
      <h2 id="tip-title">Tip ${creator}</h2>
      ${form(context, stream, isFakeMoney)}
    </section>
    <section class="panel" data-latest hidden aria-labelledby="latest-title">
      <h2 id="latest-title">Latest tips</h2>
      <ol class="latest-tips" data-latest-tips></ol>
      <p class="visually-hidden" role="status" data-tip-announcer></p>
    </section>
    <section class="panel" data-board hidden aria-labelledby="board-title">
      <h2 id="board-title">Top of today</h2>
      <ol class="tip-board" data-board-lines></ol>
    </section>
  </aside>`
}

function form(context: PageContext, stream: Stream, isFakeMoney: boolean): Html {
  if (context.person?.id === stream.creatorId) {
    return html`<p>Viewers tip you here. What you earned is on your own page.</p>
      <div class="actions"><a class="button" href="/earnings">See your earnings</a></div>`
  }
  if (context.person === null) {
    return html`<p>Sign in to tip. In this demo, become a viewer with one press:</p>
      <div class="actions">${people
        .filter(({ role }) => role === 'viewer')
        .map(({ id, name }) => becomeButton(id, `Become ${name}`, context.path))}</div>`
  }
  return html`<form data-tip-form novalidate>
    <div data-menu-part hidden>
      <p class="legend" id="menu-title">From the menu</p>
      <div class="tip-menu" role="group" aria-labelledby="menu-title" data-menu></div>
    </div>
    <fieldset class="field">
      <legend>Amount in <span data-currency></span></legend>
      <div class="tip-amounts" data-amounts></div>
      <input name="amount" inputmode="decimal" autocomplete="off" aria-label="Amount"
        aria-describedby="tip-range tip-amount-error">
      <p class="hint" id="tip-range" data-range></p>
      <p class="field-error" id="tip-amount-error" data-error="amount" role="alert" hidden></p>
    </fieldset>
    <div class="field">
      <label for="tip-message">Message <span class="optional">optional</span></label>
      <input id="tip-message" name="message" autocomplete="off" maxlength="200" aria-describedby="tip-message-error">
      <p class="field-error" id="tip-message-error" data-error="message" role="alert" hidden></p>
    </div>
    <label class="check"><input type="checkbox" name="anonymous"><span>Hide my name</span></label>
    ${
      isFakeMoney &&
      html`<div class="field">
        <label for="tip-instrument">How the payment goes <span class="optional">the money is fake</span></label>
        <select id="tip-instrument" name="instrument">
          ${instruments.map(([id, words]) => html`<option value="${id}">${words}</option>`)}
        </select>
      </div>`
    }
    <p class="form-error" role="alert" data-form-error hidden></p>
    <button class="button primary wide" type="submit" data-pay>Tip</button>
    <p class="tip-outcome" role="status" data-outcome hidden></p>
  </form>`
}
