import { type Html, html } from './html.ts'
import { type PageContext, page } from './layout.ts'

/** A page for when there is no page: says what happened and where to go. */
export function messagePage(
  context: PageContext,
  options: { readonly title: string; readonly text: string; readonly actions?: readonly Html[] },
): string {
  return page(context, {
    title: options.title,
    main: html`<section class="message">
      <h1>${options.title}</h1>
      <p>${options.text}</p>
      <div class="actions">
        ${options.actions ?? html`<a class="button primary" href="/">See who is live</a>`}
      </div>
    </section>`,
  })
}
