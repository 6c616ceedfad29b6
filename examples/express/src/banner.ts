import type { Demo } from './demo.ts'

const noLivekit = 'none: put livekit-server on PATH, or set LIVEKIT_URL, to go live from the browser'

/** What the person who ran `npm start` needs next, and what is real and what is local. */
export function banner({ url, ivs, livekit, database, gateway }: Omit<Demo, 'close'>): string {
  const rows: readonly (readonly [string, string])[] = ivs.isReal
    ? [['Amazon IVS', `real, ${ivs.region}. Channels cost money: end your streams.`]]
    : [
        ['Encoder', `${ivs.rtmpUrl}  the stream key is in the studio`],
        ['', ''],
        ['Amazon IVS', `local, ${ivs.url}`],
      ]
  const all: readonly (readonly [string, string])[] = [
    ['Go live', `${url}/studio`],
    ['Watch', `${url}/`],
    ['Earnings', `${url}/earnings`],
    ...rows,
    ['LiveKit', livekit ? `${livekit.isReal ? 'real' : 'local'}, ${livekit.url}` : noLivekit],
    ['Payments', gateway.label],
    ['Data', database.isReal ? database.place : `embedded Postgres in ${database.place}`],
    ['People', 'demo sign-in: anybody may become Ava, Noa, Vic or Sam'],
  ]
  const lines = all.map(([label, text]) => (label ? `  ${label.padEnd(12)}${text}` : ''))
  return ['', '  Stagedoor is running', '', ...lines, '', '  Ctrl+C stops it.', ''].join('\n')
}
