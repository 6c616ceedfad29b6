import type { Stream } from '@stagedoor/streaming-core'
import { controlRoom } from './control-room.ts'
import { goLiveForm } from './go-live-form.ts'
import { html } from './html.ts'
import { becomeButton, type PageContext, page } from './layout.ts'

/** What the studio shows besides the stream. */
export interface StudioOptions {
  /** The creator's open stream, null when there is none. */
  readonly stream: Stream | null
  /** Why this person may not go live, null when they may. */
  readonly refusal: string | null
  /** True when the platform can push a test source. */
  readonly hasTestSource: boolean
  /** Whether creators can go live from the browser. */
  readonly hasBrowserStreaming: boolean
  /** Address of the platform, to share links with. */
  readonly origin: string
}

/** `/studio`: the form to go live, then the control room. The module shows the one that fits. */
export function studioPage(context: PageContext, options: StudioOptions): string {
  if (context.person === null || options.refusal !== null) return refusalPage(context, options.refusal)
  const { stream } = options
  return page(context, {
    title: 'Studio',
    scripts: ['studio-page.js'],
    main: html`<div class="studio" data-studio data-stream-id="${stream?.id ?? ''}" data-origin="${options.origin}">
      <p class="notice" data-offline role="status" hidden>
        The server does not answer. Your encoder may go on; this page comes back by itself.
      </p>
      <section data-form-section ${stream && html`hidden`}>${goLiveForm(context.person, {
        isLocal: options.hasTestSource,
        hasBrowserStreaming: options.hasBrowserStreaming,
      })}</section>
      <section data-control-room ${!stream && html`hidden`}>${controlRoom(stream, options.hasTestSource)}</section>
      <p class="visually-hidden" role="status" data-announcer></p>
    </div>`,
  })
}

function refusalPage(context: PageContext, refusal: string | null): string {
  return page(context, {
    title: 'Studio',
    main: html`<section class="message">
      <h1>${refusal ? 'This account does not go live' : 'Sign in to go live'}</h1>
      <p>${refusal ?? 'The studio belongs to a creator. In this demo, become one with one press:'}</p>
      <div class="actions">
        ${becomeButton('ava', 'Become Ava, a verified creator', '/studio')}
        ${becomeButton('noa', 'Become Noa, a new creator', '/studio')}
      </div>
    </section>`,
  })
}
