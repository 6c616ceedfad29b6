import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'

/** A connection to a room: what the adapter gave, revealed. */
export interface Seat {
  readonly url: string
  readonly token: string
}

/** A headless Chromium with a fake camera, and pages that speak to LiveKit through its own client. */
export interface Studio {
  /** Joins and sends camera and microphone. */
  publish(seat: Seat): Promise<Page>
  /** Joins and waits until frames of somebody's video were shown. */
  watch(seat: Seat): Promise<Page>
  /** Joins alone; answers whether LiveKit let the page in. */
  join(seat: Seat): Promise<{ readonly page: Page; readonly joined: boolean }>
  close(): Promise<void>
}

const client = readFileSync(
  createRequire(import.meta.url)
    .resolve('livekit-client')
    .replace(/[^/]+$/, 'livekit-client.esm.mjs'),
)
const script = `
  import { Room, RoomEvent } from '/livekit-client.mjs'
  window.state = { connected: false, disconnected: null, frames: 0 }
  window.join = async (url, token) => {
    const room = new Room()
    window.room = room
    room.on(RoomEvent.Disconnected, (reason) => { window.state.disconnected = reason ?? -1 })
    room.on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind === 'video') document.body.append(track.attach())
    })
    try { await room.connect(url, token); window.state.connected = true } catch { window.state.connected = false }
    return window.state.connected
  }
  window.ready = true
`

export async function openStudio(): Promise<Studio> {
  const server = createServer((request, response) => {
    if (request.url === '/livekit-client.mjs') {
      response.setHeader('content-type', 'text/javascript')
      return response.end(client)
    }
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><body><script type="module">${script}</script>`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  })
  const { port } = server.address() as AddressInfo

  const join = async ({ url, token }: Seat) => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    await page.waitForFunction('window.ready')
    const joined = await page.evaluate<boolean>(
      `window.join(${JSON.stringify(url)}, ${JSON.stringify(token)})`,
    )
    return { page, joined }
  }
  return {
    join,
    publish: async (seat) => {
      const { page, joined } = await join(seat)
      if (!joined) throw new Error('The host was not let in.')
      await page.evaluate('window.room.localParticipant.enableCameraAndMicrophone()')
      return page
    },
    watch: async (seat) => {
      const { page, joined } = await join(seat)
      if (!joined) throw new Error('The viewer was not let in.')
      await page.waitForFunction(
        "(document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 10",
      )
      return page
    },
    close: async () => {
      await browser.close()
      server.close()
      server.closeAllConnections()
    },
  }
}
