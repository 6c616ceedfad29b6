import { html } from './html.ts'

/**
 * `/overlay/:creatorId?token=`: alerts over a video, for a browser source of an encoder. Nobody is signed in there, so the
 * page says nothing of anybody; its module shows what the token opens.
 */
export function overlayPage(creatorId: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>Alerts · Stagedoor</title>
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/styles/overlay.css">
  <script type="module" src="/assets/overlay-page.js"></script>
</head>
<body data-creator-id="${creatorId}">
  <main>
    <h1 class="visually-hidden">Alerts</h1>
    <div class="stage" role="status" data-stage></div>
  </main>
</body>
</html>`.markup
}
