// Makes assets/test-clip.flv, the clip that the test source pushes: ten seconds that loop without a seam.
// Needs ffmpeg with libx264 and drawtext. Run it by hand after a change; the clip is committed.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const output = fileURLToPath(new URL('../assets/test-clip.flv', import.meta.url))
const seconds = 10
const size = '1280x720'

/** A dark stage with two spotlights that swing through one whole period, so that the end meets the beginning. */
const turn = `2*PI*T/${seconds}`
const light = (centre, swing, phase, strength) =>
  `${strength}*exp(-pow((X-(${centre}+${swing}*sin(${turn}+${phase}))*W)/(W*(0.05+0.16*Y/H)),2))*(0.25+0.75*Y/H)`
const left = light(0.3, 0.16, 0, 150)
const right = light(0.7, 0.16, 2.1, 135)
const floor = `22*exp(-pow((Y-0.86*H)/(0.16*H),2))`
const stage = [
  `r='clip(14+${floor}+0.95*${left}+0.45*${right},0,255)'`,
  `g='clip(11+${floor}*0.7+0.55*${left}+0.5*${right},0,255)'`,
  `b='clip(24+${floor}*1.2+0.5*${left}+1.0*${right},0,255)'`,
].join(':')

const text = (value, fontSize, y, alpha) =>
  `drawtext=text='${value}':fontsize=${fontSize}:fontcolor=white@${alpha}:x=(w-text_w)/2:y=${y}`

const video = [
  `nullsrc=s=320x180:r=30:d=${seconds}`,
  `format=gbrp`,
  `geq=${stage}`,
  `scale=${size}:flags=bicubic`,
  text('Stagedoor', 96, 'h*0.34', 0.96),
  text('test source', 40, 'h*0.34+118', 0.72),
  text('%{eif\\:t\\:d\\:2}.%{eif\\:mod(n\\,30)\\:d\\:2}', 34, 'h*0.34+190', 0.6),
  `format=yuv420p`,
].join(',')

/** A soft chord; each tone has whole periods in ten seconds. */
const tones = [220, 277.2, 329.6].map((hertz) => `0.05*sin(2*PI*${hertz}*t)`).join('+')
const audio = `aevalsrc='(${tones})*(0.75+0.25*cos(2*PI*t/${seconds}))':s=48000:c=stereo:d=${seconds}`

execFileSync(
  'ffmpeg',
  [
    ...['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', video, '-f', 'lavfi', '-i', audio],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'slow',
      '-profile:v',
      'main',
      '-bf',
      '0',
      '-crf',
      '25',
      '-maxrate',
      '900k',
    ],
    ...['-bufsize', '900k', '-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-flvflags', 'no_duration_filesize', '-f', 'flv', output],
  ],
  { stdio: 'inherit' },
)
