import type { Stream } from '@stagedoor/streaming-core'
import { nameOf } from '../people.ts'
import { type Html, html } from './html.ts'
import { type PageContext, page } from './layout.ts'

/** `/`: who is on stage now. */
export function livePage(context: PageContext, streams: readonly Stream[], now: Date): string {
  return page(context, {
    title: 'Live now',
    description: 'Live streams by creators, right now.',
    scripts: ['live-page.js'],
    main: html`<div class="page-heading">
        <h1>Live now</h1>
        <p class="notice" data-offline role="status" hidden>The server does not answer. This page tries again by itself.</p>
      </div>
      <div data-cards>${liveCards(streams, now)}</div>`,
  })
}

/** The part of the page that is fetched again every few seconds. */
export function liveCards(streams: readonly Stream[], now: Date): Html {
  if (streams.length === 0) return emptyStage
  return html`<ul class="cards">${streams.map((stream) => html`<li>${card(stream, now)}</li>`)}</ul>`
}

const emptyStage = html`<section class="empty">
  <div class="empty-stage" aria-hidden="true"></div>
  <h2>Nobody is on stage right now</h2>
  <p>Streams show up here the moment they are planned. Be the first:</p>
  <ol class="steps">
    <li>Become Ava, a creator, with the switcher at the top.</li>
    <li>Open the studio and give your stream a title.</li>
    <li>Send video from OBS or ffmpeg, or press <em>Push the test source</em>.</li>
  </ol>
  <a class="button primary" href="/studio">Go live</a>
</section>`

const badges = {
  live: html`<span class="badge live">Live</span>`,
  interrupted: html`<span class="badge interrupted">Back in a moment</span>`,
  ready: html`<span class="badge soon">Starting soon</span>`,
}

function card(stream: Stream, now: Date): Html {
  const creator = nameOf(stream.creatorId)
  const badge =
    stream.status === 'live' || stream.status === 'interrupted' ? badges[stream.status] : badges.ready
  const isOnStage = stream.status !== 'ready'
  return html`<article class="card" data-status="${stream.status}">
    <div class="card-stage">
      ${badge}
      <span class="avatar large" data-person="${stream.creatorId}" aria-hidden="true">${creator[0]}</span>
    </div>
    <div class="card-text">
      <h2><a href="/watch/${stream.id}">${stream.title}</a></h2>
      <p>${creator}</p>
      <p class="card-facts">
        ${isOnStage && html`<span>${stream.viewers.current} watching</span>`}
        <span>${isOnStage ? 'Live for' : 'Planned'} ${since(stream.liveAt ?? stream.createdAt, now)}${!isOnStage && ' ago'}</span>
        ${audienceNote(stream)}
      </p>
    </div>
  </article>`
}

function audienceNote(stream: Stream): Html | null {
  if (stream.access.audience === 'signed_in') return html`<span>Signed-in people</span>`
  if (stream.access.audience === 'invited') return html`<span>By invitation</span>`
  return null
}

function since(iso: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(iso)) / 60_000))
  if (minutes < 1) return 'less than a minute'
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
