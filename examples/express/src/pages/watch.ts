import type { Stream } from '@stagedoor/streaming-core'
import { nameOf, people } from '../people.ts'
import { type Html, html } from './html.ts'
import { becomeButton, type PageContext, page } from './layout.ts'
import { tipPanel } from './tip-panel.ts'

/** `/watch/:id`: the player and what is known of the stream. The page itself holds no playback URL. */
export function watchPage(context: PageContext, stream: Stream, isFakeMoney: boolean): string {
  const creator = nameOf(stream.creatorId)
  const isOwner = context.person?.id === stream.creatorId
  return page(context, {
    title: stream.title,
    description: `${creator} live: ${stream.title}`,
    scripts: ['watch-page.js'],
    main: html`<article class="watch" data-watch data-stream-id="${stream.id}" data-status="${stream.status}"
        data-delivery="${stream.delivery}" data-creator="${creator}">
      ${player(stream, creator, context)}
      <header class="watch-heading">
        <span class="avatar large" data-person="${stream.creatorId}" aria-hidden="true">${creator[0]}</span>
        <div>
          <h1>${stream.title}</h1>
          <p>${creator} <span class="watch-audience" data-audience></span></p>
        </div>
        ${isOwner && html`<a class="button" href="/studio">Open your studio</a>`}
      </header>
      ${tipPanel(context, stream, isFakeMoney)}
      <p class="visually-hidden" role="status" data-announcer></p>
    </article>`,
  })
}

function player(stream: Stream, creator: string, context: PageContext): Html {
  return html`<section class="player" data-player aria-label="Video of ${stream.title}" tabindex="0"
      aria-keyshortcuts="k m f l">
    <video data-video playsinline muted disablepictureinpicture></video>
    <div class="player-top">
      <span class="badge" data-badge hidden></span>
      <span class="pill" data-viewers hidden></span>
    </div>
    <button class="unmute" data-unmute hidden>Tap for sound</button>
    <div class="player-screen" data-screen>
      <div class="spinner" data-spinner hidden></div>
      <h2 data-screen-title>Loading</h2>
      <p data-screen-text></p>
      <div class="actions">
        <button class="button" data-screen-action hidden></button>
        <div class="actions" data-denial-actions="sign_in" hidden>
          ${people
            .filter((person) => person.role === 'viewer')
            .map((person) => becomeButton(person.id, `Sign in as ${person.name}`, context.path))}
        </div>
        <div class="actions" data-denial-actions="other" hidden>
          <a class="button" href="/">See who else is live</a>
        </div>
      </div>
    </div>
    <div class="player-controls" data-controls hidden>
      <button data-play aria-label="Pause">${icon('pause')}${icon('play')}</button>
      <button data-mute aria-label="Unmute">${icon('muted')}${icon('sound')}</button>
      <input type="range" data-volume min="0" max="1" step="0.05" value="1" aria-label="Volume">
      <button class="to-live" data-to-live><span class="dot"></span><span data-latency>Live</span></button>
      <button data-fullscreen aria-label="Full screen">${icon('fullscreen')}</button>
    </div>
    <noscript><p class="player-screen">Watching ${creator} live needs JavaScript.</p></noscript>
  </section>`
}

const paths = {
  play: 'M7 4.5v15l13-7.5z',
  pause: 'M6 4.5h4v15H6zm8 0h4v15h-4z',
  muted:
    'M4 9v6h4l5 5V4L8 9zm12.5.6L18.9 12l-2.4 2.4 1.1 1.1 2.4-2.4 2.4 2.4 1.1-1.1-2.4-2.4 2.4-2.4-1.1-1.1L20 10.9l-2.4-2.4z',
  sound:
    'M4 9v6h4l5 5V4L8 9zm12 3a4 4 0 0 0-2-3.5v7A4 4 0 0 0 16 12zm-2-8.2v2.1a6.5 6.5 0 0 1 0 12.2v2.1a8.5 8.5 0 0 0 0-16.4z',
  fullscreen: 'M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z',
}

function icon(name: keyof typeof paths): Html {
  return html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true"><path d="${paths[name]}" /></svg>`
}
