import type { IvsService } from './ivs-service.ts'

/** What the person who ran `npm start` needs next, and what is real and what is local. */
export function banner({ url, ivs }: { readonly url: string; readonly ivs: IvsService }): string {
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
    ...rows,
    ['Streams', 'kept in memory, forgotten on restart'],
    ['People', 'demo sign-in: anybody may become Ava, Noa, Vic or Sam'],
  ]
  const lines = all.map(([label, text]) => (label ? `  ${label.padEnd(12)}${text}` : ''))
  return ['', '  Stagedoor is running', '', ...lines, '', '  Ctrl+C stops it.', ''].join('\n')
}
