import type { Stream } from '@stagedoor/streaming-core'
import { type Html, html } from './html.ts'

/**
 * The creator's side of one stream. `data-when` names the statuses in which a part is shown.
 * The reasons of the decision come with an open stream, as the public API keeps them to the answer of its creation.
 * The encoder's credentials are not here: the page asks the owner's ingest call for them.
 */
export function controlRoom(stream: Stream | null, hasTestSource: boolean): Html {
  return html`<div class="page-heading with-actions">
    <div>
      <p class="eyebrow"><span class="badge" data-badge></span> <span data-audience></span></p>
      <h1 data-title></h1>
    </div>
    <div class="actions">
      <button class="button danger" data-end data-when="ready live interrupted" hidden>End stream</button>
    </div>
  </div>
  <div class="room" data-when="ready live interrupted" hidden>
    <div class="room-stage">
      ${statusPanel}
      ${publisherPanel}
      <div class="preview only-hls" data-preview data-when="live interrupted" hidden>
        <video data-preview-video muted playsinline></video>
        <p class="preview-note" data-preview-note>Loading the preview…</p>
      </div>
      <dl class="stats" data-when="live interrupted" hidden>
        <div><dt>On air</dt><dd data-duration>0:00</dd></div>
        <div><dt>Watching</dt><dd data-viewers>0</dd></div>
        <div><dt>Most at once</dt><dd data-peak>0</dd></div>
        <div><dt>Signal</dt><dd data-health>–</dd></div>
      </dl>
      <p class="notice" data-warning hidden></p>
      <p class="hint only-hls" data-when="live interrupted" hidden>Your own preview counts as a viewer.</p>
      ${costPanel(hasTestSource)}
      <div class="panel share">
        <h2>Share</h2>
        ${copyField('share', 'Link for your viewers')}
      </div>
    </div>
    <div class="room-side">${encoderPanel(hasTestSource)}${decisionPanel(stream?.decision.reasons ?? [])}</div>
  </div>
  ${summary}`
}

const statusPanel = html`<div class="panel status" data-status-panel>
  <div data-when="ready" hidden>
    <h2 class="only-webrtc"><span class="pulse" aria-hidden="true"></span>Ready when you are</h2>
    <p class="only-webrtc">Start your camera below: you are live at once, and viewers see you within a second.</p>
    <h2 class="only-hls"><span class="pulse" aria-hidden="true"></span>Waiting for your encoder…</h2>
    <ol class="steps only-hls">
      <li>In OBS open <em>Settings</em>, then <em>Stream</em>, and choose the service <em>Custom…</em></li>
      <li>Copy the server and the stream key from this page into OBS.</li>
      <li>Under <em>Output</em> set the keyframe interval to 2 s, then press <em>Start Streaming</em>.</li>
    </ol>
    <p class="hint only-hls">You are live as soon as the first seconds of video arrive. This page notices by itself.</p>
  </div>
  <div data-when="live" hidden>
    <h2><span class="dot live" aria-hidden="true"></span>You are live</h2>
    <p class="only-hls">Viewers see you a few seconds after it happens.</p>
    <p class="only-webrtc">Viewers see you within a second.</p>
  </div>
  <div data-when="interrupted" hidden>
    <h2 class="only-hls"><span class="pulse" aria-hidden="true"></span>Your encoder's connection dropped</h2>
    <h2 class="only-webrtc"><span class="pulse" aria-hidden="true"></span>You are not sending</h2>
    <p data-grace></p>
    <p class="hint only-hls">Start streaming again with the same key and your viewers go on where they are. After that
      the stream ends for everyone.</p>
    <p class="hint only-webrtc">Start your camera again and your viewers go on where they are. After that the stream ends
      for everyone.</p>
  </div>
</div>`

const publisherPanel = html`<div class="panel publisher only-webrtc" data-publisher>
  <h2>Your camera</h2>
  <p class="form-error" role="alert" data-camera-error hidden></p>
  <div class="camera"><video data-camera muted playsinline autoplay></video>
    <p class="preview-note" data-camera-note>Nobody sees you yet.</p></div>
  <div class="actions">
    <button class="button primary" type="button" data-camera-start>Start camera and go live</button>
    <button class="button" type="button" data-camera-mute hidden>Mute microphone</button>
  </div>
</div>`

function costPanel(isLocal: boolean): Html {
  return html`<section class="panel cost" data-cost-panel data-when="live interrupted" hidden
  aria-labelledby="cost-title">
  <h2 id="cost-title">Cost so far</h2>
  <p class="cost-line"><strong data-cost>–</strong> <span data-cost-of hidden></span></p>
  <progress data-cost-meter max="100" value="0" aria-labelledby="cost-title" hidden></progress>
  <p class="notice" role="status" data-budget-note hidden></p>
  <p class="hint"><span data-cost-usage></span>${isLocal && html` Here everything is local and free.`}</p>
</section>`
}

function encoderPanel(hasTestSource: boolean): Html {
  return html`<div class="panel encoder only-hls" data-encoder>
    <h2>Your encoder</h2>
    <p class="form-error" role="alert" data-ingest-error hidden></p>
    ${copyField('server', 'Server')}
    <div class="field">
      <label for="stream-key">Stream key</label>
      <div class="copy-row">
        <input id="stream-key" data-key type="password" readonly autocomplete="off" spellcheck="false"
          aria-describedby="key-hint">
        <button class="button" type="button" data-reveal aria-pressed="false">Show</button>
        <button class="button" type="button" data-copy-key>Copy</button>
      </div>
      <p class="hint" id="key-hint">Whoever has it can stream as you. It hides again after 30 seconds.</p>
    </div>
    <details class="more">
      <summary>Use ffmpeg instead</summary>
      <p class="hint">Pushes a file as if it were live. The copied line holds your key.</p>
      <div class="copy-row">
        <code data-ffmpeg></code>
        <button class="button" type="button" data-copy-ffmpeg>Copy</button>
      </div>
    </details>
    ${
      hasTestSource &&
      html`<div class="test-source">
      <div><strong>No encoder at hand?</strong>
        <p class="hint">The local platform can push a looped clip with your key.</p></div>
      <button class="button" type="button" data-test-source>Push the test source</button>
    </div>`
    }
    <div class="rotate">
      <button class="button quiet" type="button" data-rotate>Make a new stream key…</button>
    </div>
  </div>`
}

function decisionPanel(reasons: readonly string[]): Html {
  return html`<details class="panel more" data-decision open>
  <summary>Why it is carried this way</summary>
  <ul data-reasons>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
</details>`
}

const summary = html`<section class="message summary" data-when="ended failed" hidden>
  <h2 data-summary-title>The stream has ended</h2>
  <p data-summary-text></p>
  <dl class="stats" data-summary-stats>
    <div><dt>On air</dt><dd data-summary-duration></dd></div>
    <div><dt>Most at once</dt><dd data-summary-peak></dd></div>
    <div><dt>Cost</dt><dd data-summary-cost>–</dd></div>
  </dl>
  <div class="actions">
    <button class="button primary" data-again>Plan the next stream</button>
    <a class="button" href="/">See who is live</a>
  </div>
</section>`

function copyField(name: string, label: string): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <div class="copy-row">
      <input id="${name}" data-field="${name}" readonly autocomplete="off" spellcheck="false">
      <button class="button" type="button" data-copy="${name}" aria-label="Copy: ${label}">Copy</button>
    </div>
  </div>`
}
