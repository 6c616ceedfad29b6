import { type Person, people } from '../people.ts'
import { type Html, html } from './html.ts'

/** What every page needs to know. */
export interface PageContext {
  readonly person: Person | null
  /** Path of the page, to come back to after switching the person. */
  readonly path: string
}

interface PageOptions {
  readonly title: string
  readonly main: Html
  /** Names of modules under `/assets` that the page runs. */
  readonly scripts?: readonly string[]
  readonly description?: string
}

const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <path class="mark-door" d="M7 29V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v24z" />
  <path class="mark-light" d="M12 29V9l9-3v23z" />
  <path class="mark-floor" d="M3 29h26" />
</svg>`

const stylesheets = [
  'base',
  'frame',
  'people',
  'controls',
  'live',
  'studio',
  'watch',
  'earnings',
  'tip-list',
  'tipping',
]

/** The frame of every page: head, header with the person switcher, footer. */
export function page(context: PageContext, options: PageOptions): string {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${options.title} · Stagedoor</title>
  ${options.description && html`<meta name="description" content="${options.description}">`}
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  ${stylesheets.map((name) => html`<link rel="stylesheet" href="/assets/styles/${name}.css">`)}
  ${['shell.js', ...(options.scripts ?? [])].map((name) => html`<script type="module" src="/assets/${name}"></script>`)}
</head>
<body>
  <a class="skip-link" href="#main">Skip to content</a>
  <header class="site-header">
    <a class="brand" href="/" aria-label="Stagedoor, live now">${mark}<span>Stagedoor</span></a>
    <nav aria-label="Main">
      ${navLink(context, '/', 'Live now')}
      ${navLink(context, '/studio', 'Studio')}
      ${context.person?.role === 'creator' && navLink(context, '/earnings', 'Earnings')}
    </nav>
    ${personSwitcher(context)}
  </header>
  <main id="main" tabindex="-1">${options.main}</main>
  <footer class="site-footer">
    <p>A demo platform, wired in one file. The people here are made up; anybody may become any of them.</p>
  </footer>
</body>
</html>`.markup
}

function navLink(context: PageContext, href: string, label: string): Html {
  return html`<a href="${href}" ${context.path === href && html`aria-current="page"`}>${label}</a>`
}

function personSwitcher({ person, path }: PageContext): Html {
  const choices = [...people, { id: '', name: 'Signed out', about: 'Just looking' }]
  return html`<details class="person-switcher">
    <summary aria-label="${person ? `You are ${person.name}. Switch person` : 'You are signed out. Switch person'}">
      <span class="avatar" data-person="${person?.id ?? ''}" aria-hidden="true">${person?.name[0] ?? '?'}</span>
      <span class="person-name">${person?.name ?? 'Signed out'}</span>
    </summary>
    <form method="post" action="/demo/person">
      <p>Be somebody else</p>
      <input type="hidden" name="next" value="${path}">
      ${choices.map(
        (choice) => html`<button name="person" value="${choice.id}" ${
          choice.id === (person?.id ?? '') && html`aria-current="true"`
        }>
          <span class="avatar" data-person="${choice.id}" aria-hidden="true">${choice.id ? choice.name[0] : '?'}</span>
          <span><strong>${choice.name}</strong><small>${choice.about}</small></span>
        </button>`,
      )}
    </form>
  </details>`
}

/** A button that becomes a person at once, for "sign in as Vic". */
export function becomeButton(personId: string, label: string, path: string): Html {
  return html`<form method="post" action="/demo/person" class="inline-form">
    <input type="hidden" name="next" value="${path}">
    <button class="button" name="person" value="${personId}">${label}</button>
  </form>`
}
