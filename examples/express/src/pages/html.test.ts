import { expect, test } from 'vitest'
import { html } from './html.ts'

test('a title with markup arrives as text, in an element and in an attribute', () => {
  const title = `<img src=x onerror="alert('x')"> & more`
  expect(html`<h1 title="${title}">${title}</h1>`.markup).toBe(
    '<h1 title="&lt;img src=x onerror=&quot;alert(&#39;x&#39;)&quot;&gt; &amp; more">' +
      '&lt;img src=x onerror=&quot;alert(&#39;x&#39;)&quot;&gt; &amp; more</h1>',
  )
})

test('nested templates and lists are printed as they are, and nothing is printed for what is not there', () => {
  const items = ['a<', 'b'].map((item) => html`<li>${item}</li>`)
  expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.markup).toBe(
    '<ul><li>a&lt;</li><li>b</li>0</ul>',
  )
})
