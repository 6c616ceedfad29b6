import { html } from './html.ts'

/** What a creator collects for. */
export const goalPanel = html`<section class="panel" data-goal aria-labelledby="goal-heading">
  <h2 id="goal-heading">Goal</h2>
  <p class="hint" data-goal-none>No goal is set. Viewers see a goal fill up with each tip.</p>
  <div class="goal-now" data-goal-now hidden>
    <p class="goal-title" data-goal-title dir="auto"></p>
    <progress max="100" value="0" aria-labelledby="goal-heading"></progress>
    <p class="goal-sum"><strong data-goal-current></strong> <span data-goal-target></span></p>
    <p class="hint" data-goal-note></p>
    <div class="actions"><button class="button danger" type="button" data-goal-end>End the goal…</button></div>
  </div>
  <details class="more">
    <summary data-goal-summary>Set a goal</summary>
    <form data-goal-form novalidate>
      <div class="field">
        <label for="goal-name">What it is for</label>
        <input id="goal-name" name="title" maxlength="100" autocomplete="off" placeholder="A new camera"
          aria-describedby="goal-name-error">
        <p class="field-error" id="goal-name-error" data-error="title" hidden></p>
      </div>
      <fieldset class="field">
        <legend>When it is reached</legend>
        <div class="segments">
          <label class="segment"><input type="radio" name="kind" value="single" checked><span>Once</span></label>
          <label class="segment"><input type="radio" name="kind" value="stepped"><span>In steps</span></label>
          <label class="segment"><input type="radio" name="kind" value="resetting"><span>Again</span></label>
        </div>
        <p class="hint">Once: reached, and done. In steps: the next target follows. Again: it starts over each time.</p>
      </fieldset>
      <div class="field">
        <label for="goal-currency">Currency</label>
        <select id="goal-currency" name="currency"></select>
      </div>
      <div data-targets></div>
      <p class="form-error" role="alert" data-form-error hidden></p>
      <div class="actions">
        <button class="button" type="button" data-add-step hidden>Add a step</button>
        <button class="button primary" type="submit" data-submit>Set the goal</button>
      </div>
    </form>
  </details>
</section>`

/** Where the alerts are shown. */
export const overlayPanel = html`<section class="panel" data-overlay aria-labelledby="overlay-heading">
  <h2 id="overlay-heading">Alerts in your stream</h2>
  <p class="hint">A see-through page that shows each tip as it comes. Its address is a secret: whoever has it sees your
    alerts.</p>
  <div class="overlay-address" data-made hidden>
    <div class="field">
      <label for="overlay-address">Address, shown only now</label>
      <div class="copy-row">
        <input id="overlay-address" data-address readonly autocomplete="off" spellcheck="false"
          aria-describedby="overlay-hint">
        <button class="button" type="button" data-copy-address aria-label="Copy: address of the overlay">Copy</button>
      </div>
      <p class="hint" id="overlay-hint"></p>
    </div>
    <ol class="steps">
      <li>In OBS press <em>+</em> under <em>Sources</em> and choose <em>Browser</em>.</li>
      <li>Paste the address as <em>URL</em>. Width 800, height 300.</li>
      <li>Send a test alert, and move it where it suits your picture.</li>
    </ol>
  </div>
  <p class="form-error" role="alert" data-problem hidden></p>
  <div class="actions">
    <button class="button" type="button" data-make>Make the address</button>
    <button class="button" type="button" data-test data-has-address hidden>Send a test alert</button>
  </div>
  <details class="more" data-has-address hidden>
    <summary>What is shown</summary>
    <form novalidate>
      <p class="hint">Smaller tips are not shown. They count like any other.</p>
      <div class="field-row" data-minimums></div>
      <div class="field">
        <label for="show-seconds">Seconds that an alert stays</label>
        <input id="show-seconds" name="showSeconds" type="number" inputmode="numeric" min="1" max="60" step="1"
          aria-describedby="show-seconds-error">
        <p class="field-error" id="show-seconds-error" data-error="showSeconds" hidden></p>
      </div>
      <div class="actions"><button class="button primary" type="submit" data-submit>Save</button></div>
    </form>
  </details>
</section>`

/** What a creator does for a tip. */
export const menuPanel = html`<section class="panel" data-menu aria-labelledby="menu-heading">
  <h2 id="menu-heading">Tip menu</h2>
  <form novalidate>
    <p class="hint" data-none>What you do for a tip of a certain price. Viewers pick from the list.</p>
    <ol class="menu-items" data-items></ol>
    <p class="form-error" role="alert" data-form-error hidden></p>
    <div class="actions">
      <button class="button" type="button" data-add>Add an item</button>
      <button class="button primary" type="submit" data-submit hidden>Save the menu</button>
    </div>
  </form>
</section>`

/** Of whom no tips are taken. */
export const blockedPanel = html`<section class="panel" data-blocked aria-labelledby="blocked-heading">
  <h2 id="blocked-heading">Blocked viewers</h2>
  <p class="hint" data-none>Nobody is blocked. A blocked viewer cannot tip you. Block one at a tip, or by user id.</p>
  <ul class="blocked-list" data-list></ul>
  <div class="actions"><button class="button" type="button" data-more hidden>Show more</button></div>
  <form novalidate>
    <div class="field">
      <label for="blocked-id">User id</label>
      <div class="copy-row">
        <input id="blocked-id" name="payerId" maxlength="200" autocomplete="off" autocapitalize="off" spellcheck="false"
          placeholder="vic" aria-describedby="blocked-id-error">
        <button class="button" type="submit" data-submit>Block</button>
      </div>
      <p class="field-error" id="blocked-id-error" role="alert" hidden></p>
    </div>
  </form>
</section>`
