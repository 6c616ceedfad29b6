import { type Person, people } from '../people.ts'
import { type Html, html } from './html.ts'

/** The form that plans a stream, with the live estimate beside it. `isLocal`: nothing is billed. */
export function goLiveForm(person: Person, isLocal: boolean): Html {
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
      <p class="hint">Nobody sees video until your encoder sends it.</p>
    </form>
    <aside class="panel estimate" aria-labelledby="estimate-title" data-estimate>
      <h2 id="estimate-title">What it would take</h2>
      <div data-estimate-body aria-live="polite"><p class="hint">Working it out…</p></div>
      ${isLocal && html`<p class="estimate-local">Here everything is local and free; these are the real prices.</p>`}
    </aside>
  </div>`
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
