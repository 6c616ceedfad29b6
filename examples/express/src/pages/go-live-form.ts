import { type Person, people } from '../people.ts'
import { type Html, html } from './html.ts'

/** What the form depends on. `isLocal`: nothing is billed. */
export interface GoLiveFormOptions {
  readonly isLocal: boolean
  readonly hasBrowserStreaming: boolean
}

/** The form that plans a stream, with the live estimate beside it. */
export function goLiveForm(person: Person, { isLocal, hasBrowserStreaming }: GoLiveFormOptions): Html {
  return html`<div class="page-heading"><h1>Go live, ${person.name}</h1></div>
  <div class="go-live">
    <form class="panel" data-go-live novalidate>
      <div class="field">
        <label for="title">Title</label>
        <input id="title" name="title" required maxlength="140" autocomplete="off" placeholder="What is it about?"
          aria-describedby="title-error">
        <p class="field-error" id="title-error" data-error="title" hidden></p>
      </div>
      <fieldset class="field">
        <legend>Who may watch</legend>
        ${choice('audience', 'everyone', 'Everyone', 'No account needed', true)}
        ${choice('audience', 'signed_in', 'Signed-in people', 'Visitors are asked to sign in first')}
        ${choice('audience', 'invited', 'By invitation', 'Only the people you name')}
        <div class="invited" data-invited hidden role="group" aria-label="Invited">
          ${people
            .filter((other) => other.id !== person.id)
            .map(
              (other) => html`<label class="check"><input type="checkbox" name="invited" value="${other.id}"
                ${other.id === 'vic' && html`checked`}><span>${other.name}</span></label>`,
            )}
        </div>
      </fieldset>
      <div class="field-row">
        <div class="field">
          <label for="expectedViewers">Expected viewers</label>
          <input id="expectedViewers" name="expectedViewers" type="number" inputmode="numeric" min="1" max="1000000"
            step="1" value="50" required aria-describedby="viewers-error">
          <p class="field-error" id="viewers-error" data-error="expectedViewers" hidden></p>
        </div>
        <div class="field">
          <label for="durationHours">Hours</label>
          <input id="durationHours" name="durationHours" type="number" inputmode="decimal" min="0.25" max="24"
            step="0.25" value="1" required aria-describedby="hours-error">
          <p class="field-error" id="hours-error" data-error="durationHours" hidden></p>
        </div>
      </div>
      <div class="field">
        <label for="budget">Budget in US dollars <span class="optional">optional</span></label>
        <input id="budget" name="budget" inputmode="decimal" autocomplete="off" placeholder="No limit"
          aria-describedby="budget-hint budget-error">
        <p class="hint" id="budget-hint">You are told when 80 % and all of it is spent. The stream goes on.</p>
        <p class="field-error" id="budget-error" data-error="budget" hidden></p>
      </div>
      ${methodField(person, hasBrowserStreaming)}
      <fieldset class="field">
        <legend>Best quality</legend>
        <div class="segments">
          ${segment('quality', 'sd', '480p')}
          ${segment('quality', 'hd', '720p', true)}
          ${segment('quality', 'fhd', '1080p')}
        </div>
      </fieldset>
      <p class="form-error" role="alert" data-form-error hidden></p>
      <button class="button primary wide" type="submit" data-submit disabled>Prepare the stage</button>
      <p class="hint">Nobody sees video until you send it.</p>
    </form>
    <aside class="panel estimate" aria-labelledby="estimate-title" data-estimate>
      <h2 id="estimate-title">What it would take</h2>
      <div data-estimate-body aria-live="polite"><p class="hint">Working it out…</p></div>
      ${isLocal && html`<p class="estimate-local">Here everything is local and free; these are the real prices.</p>`}
    </aside>
  </div>`
}

/** A verified creator chooses; a new one starts in the browser where that is possible. */
function methodField(person: Person, hasBrowserStreaming: boolean): Html {
  if (!hasBrowserStreaming) {
    return html`<input type="hidden" name="method" value="auto">
      <p class="hint">You stream from OBS. To stream from the browser, run LiveKit: put <code>livekit-server</code> on PATH
        or set <code>LIVEKIT_URL</code>, and start again.</p>`
  }
  return html`<fieldset class="field">
    <legend>You stream from</legend>
    <div class="segments">
      ${segment('method', 'auto', 'Best fit', person.verified)}
      ${segment('method', 'browser', 'Browser', !person.verified)}
      ${segment('method', 'obs', 'OBS')}
    </div>
    ${!person.verified && html`<p class="hint">New creators start in the browser; OBS is for verified ones.</p>`}
  </fieldset>`
}

function choice(name: string, value: string, label: string, hint: string, isChecked = false): Html {
  return html`<label class="choice">
    <input type="radio" name="${name}" value="${value}" ${isChecked && html`checked`}>
    <span><strong>${label}</strong><small>${hint}</small></span>
  </label>`
}

function segment(name: string, value: string, label: string, isChecked = false): Html {
  return html`<label class="segment">
    <input type="radio" name="${name}" value="${value}" ${isChecked && html`checked`}><span>${label}</span>
  </label>`
}
